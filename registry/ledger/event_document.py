"""What each kind of recorded act means and who does it: the text of docs/audit-events.md, which a test holds to this.

Run `python -m registry.ledger.event_document > docs/audit-events.md` after a change here or in events.py.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registry.ledger.events import REQUIRED, EventKind


@dataclass(frozen=True, slots=True)
class Meaning:
    """Who does such an act, and what its entry is for, in Chinese and English."""

    who: str
    zh: str
    en: str


_OPERATOR: Final = "operator"
_CLIENT: Final = "client"
_WORKER: Final = "worker"
_ADMIN: Final = "admin, operator"
_USER: Final = "user"
_CONSOLE: Final = "console"

_PARTNER: Final = "partner"
_DECIDES: Final = "operator, regulator"
_PROPOSES: Final = "operator, admin, regulator"
_REPLAYS: Final = "operator, regulator, auditor"
_REGULATOR: Final = "regulator"
_AUDITOR: Final = "auditor, regulator"
_DESK: Final = "user, operator, court"

MEANINGS: Final[Mapping[EventKind, Meaning]] = {
    EventKind.KEYS_CREATED: Meaning(_OPERATOR, "首次生成密钥", "keys were made for an empty store"),
    EventKind.KEYS_ROTATED: Meaning(_OPERATOR, "更换密钥", "a new key version came into use"),
    EventKind.KEYS_REWRITTEN: Meaning(
        _OPERATOR, "旧密钥所护数据改用新密钥", "rows moved from a former key to the one in use"
    ),
    EventKind.KEY_RETIRED: Meaning(_OPERATOR, "旧密钥停用", "a former key is needed and known no more"),
    EventKind.STORE_MIGRATED: Meaning(_OPERATOR, "数据表升级", "the store's tables were brought to a revision"),
    EventKind.LIST_CHANGED: Meaning(
        "operator, province",
        "名单变更：所占版本及内容摘要",
        "the list changed: which versions, and a digest of what they are",
    ),
    EventKind.LIST_IMPORTED: Meaning(_OPERATOR, "导入文件", "a file was imported to its end"),
    EventKind.LIST_EXPORTED: Meaning(_OPERATOR, "导出名单", "the list left the register"),
    EventKind.FOOD_RELATED_DECIDED: Meaning(
        _OPERATOR, "认定罪行是否涉及食品", "whether a conviction concerned food was settled"
    ),
    EventKind.CHECK_DECIDED: Meaning(_CLIENT, "作出核查答复", "a check was answered"),
    EventKind.CHECK_READ: Meaning(_CLIENT, "监管人员查阅他人答复", "a regulator looked at an answer"),
    EventKind.SCREENING_RUN: Meaning(_OPERATOR, "批量筛查", "a file of applicants was screened"),
    EventKind.RECORD_SEALED: Meaning(_OPERATOR, "依令封存记录", "a record was erased by a sealing order"),
    EventKind.SEALING_REACHED: Meaning(
        _WORKER, "封存所及的既往答复已删除", "answers that had shown sealed records were erased"
    ),
    EventKind.RETENTION_APPLIED: Meaning(_WORKER, "按保存期限删除", "what was kept long enough was erased"),
    EventKind.CLIENT_ADDED: Meaning(_OPERATOR, "接入系统", "a system may call from now on"),
    EventKind.CLIENT_DISABLED: Meaning(_OPERATOR, "停用接入系统", "a system may call no more"),
    EventKind.FLAG_CLEARED: Meaning(
        _OPERATOR, "核实后解除接入系统的异常标记", "a client that seemed to fish was looked into, and its flag ended"
    ),
    EventKind.RULES_KEPT: Meaning(
        _OPERATOR, "保存模型或政策文本", "the wording of a model or policy was kept at its first use"
    ),
    EventKind.MODEL_ESTIMATED: Meaning(_OPERATOR, "估计模型", "a model was estimated from a roster"),
    EventKind.MODEL_ADOPTED: Meaning(_OPERATOR, "启用模型", "a model came into use"),
    EventKind.POLICY_TRIED: Meaning(_OPERATOR, "试算政策", "the effect of a policy was reckoned"),
    EventKind.RULE_PROPOSED: Meaning(
        _PROPOSES, "提议启用模型或者政策", "a model or policy was put before a second person"
    ),
    EventKind.RULE_REHEARSED: Meaning(
        _PROPOSES, "以既往核查演练所提规则", "a proposed model or policy was tried on past checks"
    ),
    EventKind.RULE_ADOPTED: Meaning(
        "admin, regulator", "由第二人批准启用", "a second person adopted a model or policy"
    ),
    EventKind.RULE_REFUSED: Meaning(
        "admin, regulator", "不予启用或者撤回提议", "a proposed model or policy was refused or taken back"
    ),
    EventKind.EVIDENCE_EXPLAINED: Meaning(
        _OPERATOR, "查阅并解释证据", "somebody's record was opened to explain evidence"
    ),
    EventKind.CHECK_REPLAYED: Meaning(
        _REPLAYS, "重演既往答复", "a decision was made again, as of a list version and by stated rules"
    ),
    EventKind.PERIOD_REPLAYED: Meaning(_REPLAYS, "重演一段时间的答复", "the decisions of some days were made again"),
    EventKind.SIGNING_KEY_MADE: Meaning(
        _OPERATOR, "启用签名密钥", "receipts and heads are signed by this key from here on"
    ),
    EventKind.WITNESS_ADDED: Meaning(_OPERATOR, "增加见证方", "a witness's cosignatures are expected"),
    EventKind.WITNESS_REMOVED: Meaning(_OPERATOR, "撤销见证方", "a witness's cosignatures are expected no more"),
    EventKind.ALARM_RAISED: Meaning(_WORKER, "发出警报", "something needs a person"),
    EventKind.ALARM_CLEARED: Meaning(_WORKER, "解除警报", "an alarm is over"),
    EventKind.LOG_RESUMED: Meaning(
        _OPERATOR, "存疑日志核验无误，恢复使用", "a log in doubt was verified whole and is trusted again"
    ),
    EventKind.STORE_BACKED_UP: Meaning(_OPERATOR, "备份", "a backup was made"),
    EventKind.STORE_RESTORED: Meaning(_OPERATOR, "恢复备份", "a backup was put in place"),
    EventKind.DOCUMENT_RECEIVED: Meaning(_DESK, "文书登记", "a judgment or a revocation was laid on the desk"),
    EventKind.DOCUMENT_REFUSED: Meaning(
        _DESK, "依法不得留存的人员未予留存", "people of a document may not be kept; nothing that names them was, or is"
    ),
    EventKind.DOCUMENT_DISCARDED: Meaning(
        _DESK, "弃置草稿", "a draft, or a change begun on a confirmed document, was discarded"
    ),
    EventKind.DOCUMENT_FILED: Meaning(_DESK, "提交复核", "a step was put before a second person"),
    EventKind.FILING_CONFIRMED: Meaning(
        _DESK, "复核确认", "a second person confirmed a step; the list changed in the same commit"
    ),
    EventKind.FILING_RETURNED: Meaning(_DESK, "退回", "a step was returned with a note; the list did not change"),
    EventKind.CERTIFICATE_RECEIVED: Meaning(_DESK, "收到生效证明", "a certificate of effect was kept"),
    EventKind.CERTIFICATE_CHANGED: Meaning(_DESK, "更正生效证明的读取", "what was read of a certificate was put right"),
    EventKind.CERTIFICATE_DISCARDED: Meaning(_DESK, "弃置生效证明", "a certificate was discarded, and its file erased"),
    EventKind.FOOD_RELATED_ASKED: Meaning(
        "user, operator", "认定材料不足，要求补充", "a waiting row could not be told: what is missing was asked for"
    ),
    EventKind.LIST_SEARCHED: Meaning(
        _USER, "按姓名、证件号或者禁入编号查阅名单", "somebody looked up the list by name, number or ban"
    ),
    EventKind.OPENINGS_ERASED: Meaning(
        "worker, operator", "删除条目的盐值与事实", "salt and facts of entries were erased; their leaves stay"
    ),
    EventKind.ORIGINAL_KEPT: Meaning(_DESK, "留存原件", "a file was kept as it came, sealed"),
    EventKind.ORIGINAL_READ: Meaning(_DESK, "调阅原件", "somebody was given a file as it came"),
    EventKind.SHEET_RECEIVED: Meaning(_DESK, "收到表格", "a spreadsheet was received"),
    EventKind.HEADINGS_MAPPED: Meaning(_DESK, "对照表头", "it was said what a spreadsheet's headings mean"),
    EventKind.SHEET_FILED: Meaning(_DESK, "提交表格", "a spreadsheet was put before a second person"),
    EventKind.SHEET_CONFIRMED: Meaning(_DESK, "确认表格", "a second person had a spreadsheet's rows placed"),
    EventKind.SHEET_RETURNED: Meaning(_DESK, "退回表格", "a filed spreadsheet was sent back"),
    EventKind.SHEET_DISCARDED: Meaning(_DESK, "作废表格", "a spreadsheet was discarded, and its rows erased"),
    EventKind.ROWS_RETURNED: Meaning(_DESK, "导出待更正行", "rows that could not be taken were given back"),
    EventKind.USER_ADDED: Meaning(_ADMIN, "增加用户", "a person may use the console from now on"),
    EventKind.USER_CHANGED: Meaning(_ADMIN, "变更用户角色或者地区", "a user's role or region was changed"),
    EventKind.USER_DISABLED: Meaning(_ADMIN, "停用用户", "a user may sign in no more"),
    EventKind.USER_ENABLED: Meaning(_ADMIN, "恢复用户", "a disabled user may sign in again"),
    EventKind.PASSWORD_LINK_MADE: Meaning(_ADMIN, "发放一次性链接", "a one-time link to choose a password was made"),
    EventKind.PASSWORD_SET: Meaning(_USER, "设置密码", "a password was chosen"),
    EventKind.SIGNED_IN: Meaning(_USER, "登录", "somebody signed in to the console"),
    EventKind.SIGN_IN_FAILED: Meaning(_CONSOLE, "登录失败", "signing in failed"),
    EventKind.SIGN_IN_THROTTLED: Meaning(
        _CONSOLE, "登录受限", "signing in failed too often and is refused for a while"
    ),
    EventKind.SESSIONS_ENDED: Meaning("user, admin, operator", "结束登录", "sessions of a user were ended"),
    EventKind.EPOCH_BEGUN: Meaning(
        "operator, exchange", "交换编号新纪元", "the numbers told to partners are of a new epoch"
    ),
    EventKind.BATCH_GIVEN: Meaning(_PARTNER, "向对方提供批次", "a batch left for a partner"),
    EventKind.BATCH_TAKEN: Meaning(_PARTNER, "接收批次并入库", "a partner's batch was placed, all of it in one commit"),
    EventKind.BATCH_HELD: Meaning("exchange", "批次整体留置", "a partner's batch was held whole"),
    EventKind.BATCH_READ: Meaning(_DECIDES, "查阅留置批次内容", "somebody was shown what is in a held batch"),
    EventKind.BATCH_RELEASED: Meaning(_DECIDES, "放行留置批次", "a held batch was taken after all"),
    EventKind.BATCH_CORRECTED: Meaning(
        _DECIDES, "更正后接收留置批次", "a held batch was taken with rows replaced by those of a file"
    ),
    EventKind.BATCH_REFUSED: Meaning(_DECIDES, "拒收留置批次", "a held batch was refused"),
    EventKind.QUARANTINE_READ: Meaning(_DECIDES, "查阅隔离记录内容", "somebody was shown a row in quarantine"),
    EventKind.QUARANTINE_RETRIED: Meaning(_DECIDES, "重新接收隔离记录", "a row in quarantine was taken as it came"),
    EventKind.QUARANTINE_CORRECTED: Meaning(
        _DECIDES, "更正后接收隔离记录", "a row in quarantine was taken as a file states it anew"
    ),
    EventKind.QUARANTINE_REFUSED: Meaning(_DECIDES, "拒收隔离记录", "a row in quarantine was refused"),
    EventKind.BATCH_OVERTAKEN: Meaning(
        "exchange", "留置批次已另行接收", "what was held came another way, and nobody has to decide"
    ),
    EventKind.BATCH_ERASED: Meaning(
        _WORKER, "留置批次到期删除", "a held batch nobody decided about was erased after its time"
    ),
    EventKind.DISAGREEMENT_NOTICED: Meaning(_PARTNER, "两省记录不一致", "two provinces' rows of one document disagree"),
    EventKind.LISTS_COMPARED: Meaning(
        _PARTNER, "与对方核对名单", "what both sides hold was compared: how many rows, how many differ"
    ),
    EventKind.ROWS_GIVEN: Meaning(_PARTNER, "向核对方提供记录", "rows were given to a partner that compares"),
    EventKind.RECORDS_RESTATED: Meaning(
        f"{_PARTNER}, user, operator",
        "以来源方副本取代被篡改的副本",
        "copies altered behind the program's back gave way to what their own side states",
    ),
    EventKind.ANSWERS_LOOKED_BACK_AT: Meaning(
        _WORKER, "以名单变更回看既往答复", "past answers were compared with later changes of the list"
    ),
    EventKind.LOOK_BACK_PROPOSED: Meaning(
        _REGULATOR,
        "提出回看发现的人不是同一人，待另一人办结",
        "somebody who would be held was proposed to be another person",
    ),
    EventKind.LOOK_BACK_CLOSED: Meaning(
        _REGULATOR, "办结回看发现的事项", "what looking back had found was settled by a person"
    ),
    EventKind.DISAGREEMENT_SETTLED: Meaning(
        _DECIDES, "不一致已核实", "somebody has looked into a disagreement of two provinces"
    ),
    EventKind.CASES_OPENED: Meaning(
        _OPERATOR, "既往拦截和人工复核的答复交监管人员办理", "held answers of before were put before the regulators"
    ),
    EventKind.CASE_READ: Meaning(_REGULATOR, "查阅待核申请", "somebody looked at a held application"),
    EventKind.CASE_STEPPED: Meaning(
        _REGULATOR, "办理待核申请：听取陈述、认定、补充材料等", "a step was taken about a held application"
    ),
    EventKind.CASE_SETTLED: Meaning(
        _REGULATOR, "待核申请有了结果，或者重新办理", "a held application was decided, or opened again"
    ),
    EventKind.CLEARANCE_GIVEN: Meaning(
        _REGULATOR, "认定申请人不是名单人员，此后不再重复核查", "an applicant was found not to be a listed person"
    ),
    EventKind.CLEARANCE_REVOKED: Meaning(_REGULATOR, "撤销该认定", "such a finding was revoked"),
    EventKind.NOTICE_MADE: Meaning(
        f"{_REGULATOR}, {_WORKER}", "告知许可系统其核查有变化", "a licensing system is to be told about a check it made"
    ),
    EventKind.NOTICE_ACKNOWLEDGED: Meaning(_CLIENT, "许可系统确认收到", "a licensing system has taken note"),
    EventKind.NOTICE_DEAD: Meaning(_WORKER, "告知多次未送达，停止重试", "a notice did not arrive and was given up"),
    EventKind.NOTICE_RESENT: Meaning(f"{_OPERATOR}, {_REGULATOR}", "重新送达告知", "a notice is sent again"),
    EventKind.NOTICE_MOOT: Meaning(
        _WORKER, "告知所涉限制已解除，不再送达", "a notice is sent no more: the ban it told of is lifted"
    ),
    EventKind.WEBHOOK_SET: Meaning(
        _CLIENT, "许可系统登记接收地址", "a licensing system said where it wants to be told"
    ),
    EventKind.OBJECTION_LODGED: Meaning(
        f"{_CLIENT}, {_REGULATOR}", "对名单记录或者暂停办理提出异议", "somebody objected to a ban or a held application"
    ),
    EventKind.OBJECTION_READ: Meaning(_USER, "查阅异议", "somebody looked at an objection"),
    EventKind.OBJECTION_DECIDED: Meaning(
        _REGULATOR, "异议成立、不成立或者撤回", "an objection was upheld, rejected or taken back"
    ),
    EventKind.OBJECTION_MET: Meaning(_WORKER, "名单已按异议更正", "the list was corrected as an objection asked for"),
    EventKind.OBJECTION_PAPER_WRITTEN: Meaning(
        _REGULATOR,
        "出具异议处理决定告知书或者更正函",
        "a letter was written: what was decided, or a request to correct",
    ),
    EventKind.ANSWERS_CORRECTED: Meaning(
        _WORKER, "名单更正后查找并更正既往答复", "past answers that a correction of the list touches were found"
    ),
    EventKind.OWN_RECORD_GIVEN: Meaning(
        _REGULATOR, "向本人提供其个人信息副本", "somebody was given what the register holds about them"
    ),
    EventKind.WEBHOOK_ENDED: Meaning(_CLIENT, "许可系统取消接收地址", "a licensing system asks by itself from here on"),
    EventKind.TRAIL_READ: Meaning(_AUDITOR, "查阅操作记录", "somebody read the trail of acts"),
    EventKind.TRAIL_EXPORTED: Meaning(_AUDITOR, "导出操作记录", "the trail of acts left the register"),
    EventKind.LOOK_UPS_SAMPLED: Meaning(
        _WORKER, "抽取上周查阅交其他单位复核", "a week's look-ups were sampled for review"
    ),
    EventKind.LOOK_UP_REVIEWED: Meaning(_AUDITOR, "复核一次查阅是否有正当理由", "a sampled look-up was reviewed"),
}

_HEAD: Final = """# Recorded acts

Every act of the register is an entry of the ledger, written in the act's own transaction. Kinds and their facts are
closed (`registry/ledger/events.py`): an entry with a fact too many or too few is refused. Beside its facts every entry
states its kind, the instant (UTC), the actor, and the versions of list, model and policy it was done under.

Facts are counts, versions, digests, internal numbers and codes; none may identify a person. The log's leaf is the hash
of the entry's open part and of a salted commitment to its facts, so that salt and facts can be erased and the log
still stands. `registry log verify` compares entries with the rows they speak of.

Not recorded: that a witness has cosigned, for each cosignature would be a new act to cosign.

This page is made by `python -m registry.ledger.event_document`.

| kind | who | what for | facts |
|---|---|---|---|
"""


def document() -> str:
    """Return the page."""
    return _HEAD + "".join(f"{_line(kind)}\n" for kind in EventKind)


def _line(kind: EventKind) -> str:
    meaning, facts = MEANINGS[kind], ", ".join(f"`{fact}`" for fact in sorted(REQUIRED[kind]))
    return f"| `{kind.value}` | {meaning.who} | {meaning.zh} / {meaning.en} | {facts} |"


if __name__ == "__main__":
    sys.stdout.write(document())
