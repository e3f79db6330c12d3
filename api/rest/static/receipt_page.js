"use strict";
// Verifies receipts in the browser. Asks nobody: the public keys stand in the page, and it opens no connection.

const TEXTS = {
  zh: {
    title: "核验存证回执",
    lead: "把核查答复（或其中的回执）放进来，本页用登记系统的公钥核对它是否由登记系统出具、有没有被改动。",
    given: "核查答复或回执（粘贴，或把文件拖到这里）",
    verify: "核验",
    choose: "选择文件…",
    clear: "清空",
    asked_title: "同时核对当时提交的申请（可不填）",
    asked: "当时提交的申请原文（JSON）",
    keys_title: "所用公钥",
    keys_lead: "请与登记系统公布的公钥编号核对；编号一致，结论才可信。",
    keys: "改用另一份公钥文件（粘贴 /v1/log/keys 的内容）",
    offline: "本页不连接任何网络，内容不会离开这台电脑。可用“另存为”保存为文件，断网时照常使用。",
    genuine: "真实：由登记系统出具，未被改动",
    genuine_says: (verdict) => `签名有效。“真实”不等于“可以办理”：核查结论为“${verdict}”。`,
    false_title: "不可信：请勿采用",
    differs_title: "不一致：请勿采用",
    unreadable: "没有可核验的内容",
    no_receipt: "这份核查答复没有回执（回执启用之前出具，或不完整），无法核验。",
    not_json: "读不出来：应为完整的核查答复（JSON）或回执。请整段复制，不要截取一部分。",
    too_old: "这台电脑的浏览器不支持所需的核验功能，请换用新版浏览器；也可请信息人员运行 registry receipt verify。",
    insecure: "浏览器不允许在此地址上核验。请用“另存为”把本页保存为文件，再打开该文件核验。",
    bad_parts: "回执的格式不对，可能没有复制完整。",
    bad_header: "这不是本登记系统的回执。",
    unknown_key: "回执由另一把密钥签发，不在所用公钥之列。",
    bad_signature: "签名不符：回执内容被改动过，或没有复制完整。",
    bad_keys: "公钥文件读不出来。",
    differs: "回执本身有效，但下列内容与回执不一致：",
    check_no: "核查号", decided_at: "作出时间", verdict: "核查结论", subjects: "各受检对象", list: "名单版本号",
    coverage: "数据覆盖情况", rules: "模型和规则版本", leaf: "存证记录", log: "存证日志", answer: "与所附核查答复",
    request: "与所填申请", standing: "是否在存证日志中",
    same: "一致", same_answer: "一致（名单匹配明细不在回执之内，未核对）", different: "不一致", not_given: "未提供，未核对",
    not_shown: "本页不核对；如需核对，请信息人员用 registry receipt verify --proof",
    block: "拦截（暂停办理）", review: "人工复核", clear_verdict: "未发现",
    fresh: "有效", stale: "过期", never: "从未接入",
    beijing: "北京时间", nth: (n) => `第 ${n} 个`, until: "截至", another: "English", current: "现用", former: "旧（仍可核验）",
    31: "上海", 32: "江苏", 33: "浙江", 34: "安徽",
  },
  en: {
    title: "Verify a receipt",
    lead: "Put in the answer of a check, or its receipt. This page verifies with the register's public keys that the register gave it and that nothing was altered.",
    given: "Answer or receipt (paste it, or drop the file here)",
    verify: "Verify",
    choose: "Choose a file…",
    clear: "Clear",
    asked_title: "Also compare the request that was sent (optional)",
    asked: "The request as it was sent (JSON)",
    keys_title: "Public keys used",
    keys_lead: "Compare these key numbers with those the register has published: only then can the result be relied on.",
    keys: "Use another public keys document (paste what /v1/log/keys gives)",
    offline: "This page opens no connection; nothing leaves this computer. Saved as a file it works without a network.",
    genuine: "GENUINE: given by the register, not altered",
    genuine_says: (verdict) => `The signature holds. Genuine does not mean approved: the verdict is “${verdict}”.`,
    false_title: "NOT TO BE TRUSTED: do not use it",
    differs_title: "DIFFERS: do not use it",
    unreadable: "Nothing that can be verified",
    no_receipt: "This answer has no receipt (it was given before there were any, or is not complete).",
    not_json: "This cannot be read: it should be a whole answer (JSON) or a receipt. Copy all of it.",
    too_old: "This browser lacks what verification needs. Use a newer one, or run registry receipt verify.",
    insecure: "The browser does not allow verification at this address. Save this page as a file and open the file.",
    bad_parts: "The receipt has not the form of one; perhaps it was not copied whole.",
    bad_header: "This is no receipt of the register.",
    unknown_key: "The receipt is signed by a key that is not among the public keys used.",
    bad_signature: "The signature is false: the receipt was altered, or not copied whole.",
    bad_keys: "The public keys document cannot be read.",
    differs: "The receipt itself is valid, but this differs from it:",
    check_no: "Check number", decided_at: "Decided at", verdict: "Verdict", subjects: "Subjects", list: "List version",
    coverage: "Coverage", rules: "Model and policy version", leaf: "Ledger entry", log: "Log", answer: "The answer beside it",
    request: "The request filled in", standing: "In the log",
    same: "the same", same_answer: "the same (its matches are not part of a receipt and were not compared)", different: "DIFFERENT", not_given: "not given, not compared",
    not_shown: "not verified by this page; registry receipt verify --proof does",
    block: "block (hold)", review: "review by a person", clear_verdict: "clear",
    fresh: "fresh", stale: "stale", never: "never",
    beijing: "Beijing time", nth: (n) => `No. ${n}`, until: "as of", another: "中文", current: "current", former: "former (still verifies)",
    31: "Shanghai", 32: "Jiangsu", 33: "Zhejiang", 34: "Anhui",
  },
};
const HEADER = { alg: "Ed25519", typ: "food-ban-receipt" };
let language = location.hash === "#en" ? "en" : "zh";
const at = (id) => document.getElementById(id);
const say = (name) => TEXTS[language][name];

class Refusal extends Error {}

function bytesOf(part) {
  if (typeof part !== "string" || !/^[A-Za-z0-9_-]+$/.test(part)) throw new Refusal("bad_parts");
  try {
    return Uint8Array.from(atob(part.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  } catch {
    throw new Refusal("bad_parts");
  }
}

function textOf(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function parsed(bytes) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal("bad_parts");
  }
}

async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

// A key is named by its own thumbprint (RFC 7638), so a document cannot give a key another's name.
async function keysFrom(document) {
  if (!document || !Array.isArray(document.keys) || !document.keys.length) throw new Refusal("bad_keys");
  return Promise.all(document.keys.map(async (key) => {
    const raw = bytesOf(key.x);
    if (key.crv !== "Ed25519" || raw.length !== 32) throw new Refusal("bad_keys");
    const named = await sha256(new TextEncoder().encode(`{"crv":"Ed25519","kty":"OKP","x":"${textOf(raw)}"}`));
    return { raw, kid: textOf(named), state: key.signs ? "current" : "former" };
  }));
}

function publicKeys() {
  const own = at("keys").value.trim();
  try {
    return JSON.parse(own || at("public-keys").textContent);
  } catch {
    throw new Refusal("bad_keys");
  }
}

async function signatureHolds(raw, signature, message) {
  let key;
  try {
    key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    throw new Refusal("too_old");
  }
  return crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
}

// What a receipt states, once its signature holds; a Refusal names what is wrong.
async function stated(receipt, keys) {
  const parts = typeof receipt === "string" ? receipt.trim().split(".") : [receipt.protected, receipt.payload, receipt.signature];
  if (parts.length !== 3) throw new Refusal("bad_parts");
  const [header, payload, signature] = parts.map(bytesOf);
  const { alg, typ, kid, ...more } = parsed(header);
  if (alg !== HEADER.alg || typ !== HEADER.typ || Object.keys(more).length) throw new Refusal("bad_header");
  const key = keys.find((one) => one.kid === kid);
  if (!key) throw new Refusal("unknown_key");
  const message = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
  if (!await signatureHolds(key.raw, signature, message)) throw new Refusal("bad_signature");
  return parsed(payload);
}

// RFC 8785 for what requests hold: texts, lists, objects and null.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

function differences(answer, receipt) {
  const list = answer.list || {};
  const pairs = [
    ["check_no", answer.check_no, receipt.check_no],
    ["decided_at", answer.decided_at, receipt.decided_at],
    ["verdict", answer.verdict, receipt.verdict],
    ["subjects", (Array.isArray(answer.subjects) ? answer.subjects : []).map((one) => one && one.verdict), receipt.subjects],
    ["list", list.version, receipt.list_version],
    ["rules", [list.model, list.policy], [receipt.model_version, receipt.policy_version]],
    ["coverage", list.coverage, receipt.coverage],
  ];
  return pairs.filter(([, said, signed]) => canonical(said ?? null) !== canonical(signed ?? null)).map(([name]) => name);
}

// The answers or receipts in a text: one, or those of a batch.
function given(text) {
  const trimmed = text.trim();
  if (/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(trimmed)) return [trimmed];
  let document;
  try {
    document = JSON.parse(trimmed);
  } catch {
    throw new Refusal("not_json");
  }
  if (document && Array.isArray(document.results)) return document.results.map((one) => one.answer).filter(Boolean);
  return [document];
}

async function examined(one, keys, asked) {
  const isAnswer = one !== null && typeof one === "object" && !("signature" in one);
  const receipt = isAnswer ? one.receipt : one;
  if (!receipt) throw new Refusal("no_receipt");
  const what = await stated(receipt, keys);
  const differing = isAnswer ? differences(one, what) : [];
  let request = null;
  if (asked !== null) {
    const digest = await sha256(new TextEncoder().encode(canonical(asked)));
    request = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") === what.request_digest;
  }
  return { what, answer: isAnswer ? differing.length === 0 : null, differing, request };
}

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function banner(kind, title, lines) {
  const card = element("article", undefined, kind);
  const head = card.appendChild(element("div"));
  head.append(element("h2", title), ...lines.map((line) => element("p", line)));
  return card;
}

function row(table, name, value, kind) {
  const line = table.insertRow();
  line.append(element("th", say(name)));
  const cell = line.appendChild(element("td", undefined, kind));
  cell.append(value);
}

const word = (verdict) => say(verdict === "clear" ? "clear_verdict" : verdict) || verdict;
const compared = (equal, same) => element("span", say(equal === null ? "not_given" : equal ? same : "different"), equal === null ? "open" : equal ? "yes" : "no");

function instant(text) {
  const shown = new Date(text).toLocaleString(language === "zh" ? "zh-CN" : "en-GB", { timeZone: "Asia/Shanghai" });
  return `${shown}（${say("beijing")}）`;
}

function facts(found) {
  const { what } = found;
  const table = element("table");
  row(table, "verdict", element("strong", word(what.verdict)));
  row(table, "check_no", what.check_no, "small");
  row(table, "decided_at", instant(what.decided_at));
  row(table, "subjects", what.subjects.map((one, place) => `${say("nth")(place + 1)}：${word(one)}`).join("\n"));
  row(table, "answer", compared(found.answer, "same_answer"));
  row(table, "request", compared(found.request, "same"));
  row(table, "list", String(what.list_version));
  row(table, "coverage", what.coverage.map((one) => {
    const until = one.as_of ? `（${say("until")} ${instant(one.as_of).replace(/（.*/, "")}）` : "";
    return `${say(one.region) || one.region} ${say(one.state) || one.state}${until}`;
  }).join("\n"));
  row(table, "rules", `${what.model_version} · ${what.policy_version}`, "small");
  row(table, "leaf", what.leaf_hash, "small");
  row(table, "log", what.log, "small");
  row(table, "standing", element("span", say("not_shown"), "open"));
  return table;
}

function shown(found) {
  const wrong = found.differing.map(say).concat(found.request === false ? [say("request")] : []);
  const card = wrong.length
    ? banner("bad", say("differs_title"), [say("differs") + wrong.join(language === "zh" ? "、" : ", ")])
    : banner("good", say("genuine"), [say("genuine_says")(word(found.what.verdict))]);
  card.append(facts(found));
  return card;
}

function refused(failure) {
  if (!(failure instanceof Refusal)) throw failure;
  const doubtful = ["not_json", "no_receipt", "too_old", "insecure", "bad_keys"].includes(failure.message);
  return doubtful
    ? banner("doubt", say("unreadable"), [say(failure.message)])
    : banner("bad", say("false_title"), [say(failure.message)]);
}

function asked() {
  const text = at("asked").value.trim();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("not_json");
  }
}

async function verify() {
  const results = at("results");
  results.replaceChildren();
  if (!at("given").value.trim()) return;
  try {
    if (!globalThis.crypto || !crypto.subtle) throw new Refusal("insecure");
    const keys = await keysFrom(publicKeys());
    const request = asked();
    for (const one of given(at("given").value)) {
      results.append(await examined(one, keys, request).then(shown, refused));
    }
  } catch (failure) {
    results.append(refused(failure));
  }
  results.scrollIntoView({ block: "nearest" });
}

async function showKeys() {
  try {
    const keys = await keysFrom(publicKeys());
    at("known").replaceChildren(...keys.map((key) => element("li", `${key.kid} · ${say(key.state)}`)));
  } catch (failure) {
    at("known").replaceChildren();
  }
}

async function take(file) {
  at("given").value = await file.text();
  await verify();
}

function speak() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.querySelectorAll("[data-text]").forEach((one) => { one.textContent = say(one.dataset.text); });
  at("language").textContent = say("another");
  document.title = say("title");
  showKeys();
  verify();
}

at("verify").addEventListener("click", verify);
at("clear").addEventListener("click", () => { at("given").value = ""; at("asked").value = ""; at("file").value = ""; verify(); at("given").focus(); });
at("given").addEventListener("paste", () => setTimeout(verify));
at("asked").addEventListener("input", verify);
at("keys").addEventListener("input", () => { showKeys(); verify(); });
at("file").addEventListener("change", (event) => { if (event.target.files[0]) take(event.target.files[0]); });
at("language").addEventListener("click", () => { language = language === "zh" ? "en" : "zh"; speak(); });
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    at("drop").classList.toggle("over", name === "dragover");
    if (name === "drop" && event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
}
speak();
