"""What the closed words of requests and answers mean, in Chinese and English, as the OpenAPI document tells it."""

from __future__ import annotations

from collections.abc import Mapping

Meanings = Mapping[str, str]

ID_TYPES: Meanings = {
    "resident_id": "居民身份证（18 或 15 位）/ resident identity card, 18 or 15 characters",
    "hk_mo_permit": "港澳居民来往内地通行证（H 或 M 加 8 位或 10 位）/ mainland travel permit of a Hong Kong or "
    "Macao resident: H or M and 8 or 10 digits",
    "tw_permit": "台湾居民来往大陆通行证（8 位或 10 位）/ mainland travel permit of a Taiwan resident",
    "hk_mo_tw_residence": "港澳台居民居住证（18 位，81、82、83 开头）/ residence permit of a Hong Kong, Macao or "
    "Taiwan resident: 18 characters beginning with 81, 82 or 83",
    "foreign_permanent": "外国人永久居留身份证 / foreign permanent resident ID card",
    "passport": "护照（任何国家）/ a passport, of any country; never the resident ID of its holder",
    "uscc": "统一社会信用代码（18 位；单位）/ unified social credit code of an organisation, 18 characters",
    "licence": "食品许可证或备案编号（SC、JY、YB；单位）/ food licence or filing number of an "
    "organisation (SC, JY, YB)",
    "other": "其他证件 / any other document; a number that is plainly a resident ID is read as one",
}
PURPOSES: Meanings = {
    "food_production_licence": "食品生产许可 / food production licence",
    "food_operation_licence": "食品经营许可 / food operation licence",
    "food_filing": "食品备案 / filing of a food business",
    "small_workshop": "小作坊、小餐饮、摊贩 / small workshop, small eatery or stall",
    "staff_appointment": "聘用人员 / appointment of staff",
    "platform_onboarding": "平台入驻 / admission to an online platform",
    "slaughter_licence": "屠宰许可 / slaughter licence",
    "inspection_staff": "检验人员 / staff of a food inspection body",
    "licence_change": "许可变更 / change of a licence",
    "licence_renewal": "许可延续 / renewal of a licence",
}
ROLES: Meanings = {
    "applicant": "申请人（单位或个人）/ who applies, a person or an organisation",
    "operator": "经营者 / who runs the business",
    "legal_representative": "法定代表人 / legal representative",
    "person_in_charge": "负责人 / person in charge",
    "food_safety_director": "食品安全总监 / food safety director",
    "food_safety_officer": "食品安全员 / food safety officer",
    "technician": "技术人员 / technician",
    "inspector": "检验人员 / inspector",
    "staff": "其他从业人员 / other staff",
}
VERDICTS: Meanings = {
    "block": "拦截：在监管人员核实身份并听取陈述、申辩之前暂停办理 / hold until a regulator has confirmed the identity "
    "and the applicant was heard; given only for an equal, complete document and a compatible name",
    "review": "人工复核 / a person must look before it goes on: a likely match, or a region's data is out of date",
    "clear": "未发现 / nobody listed whose ban bars this fits, as of the stated list version and coverage",
}
NEXT_STEPS: Meanings = {
    "hold": "暂停办理 / do not issue; a regulator confirms the identity, the applicant is heard",
    "await_review": "等待人工复核 / do not issue yet; a regulator must look",
    "proceed": "可以继续 / go on",
    "retry": "稍后重试 / hold, and ask again: there is no verdict (in problems only: status 503, 429 and 409 "
    "`idempotency_in_progress`)",
}
OUTCOMES: Meanings = {
    "open": "待监管人员决定 / a regulator has not decided yet: do not issue",
    "confirmed": "确认为本人 / the identity was confirmed, the ban holds: do not issue",
    "released": "予以放行 / not this person, or the ban does not hold: the application may go on",
    "withdrawn": "核查已撤回 / the check was withdrawn: it decides nothing, make a new one",
}
ACTIVITIES: Meanings = {
    "apply_for_food_licence": "申请食品生产经营许可 / apply for a food licence",
    "apply_for_small_food_entry": "申请小作坊、小餐饮登记 / apply for the entry of a small food business",
    "apply_for_the_same_licence": "申请同一许可 / apply again for the licence that was revoked or refused",
    "manage_food_business": "从事食品生产经营管理 / manage a food business",
    "manage_food_safety": "担任食品安全管理人员 / manage food safety",
    "take_part_in_food_business": "从事食品生产经营活动 / take part in a food business at all",
    "inspect_food": "从事食品检验 / inspect food",
    "test_farm_produce": "从事农产品检测 / test farm produce",
    "apply_for_slaughter_licence": "申请屠宰许可 / apply for a slaughter licence",
    "manage_slaughter": "从事屠宰管理 / manage slaughter",
    "deal_in_animals": "从事动物经营 / deal in animals",
    "hold_company_office": "担任公司董事、监事、高级管理人员 / hold an office in a company",
    "represent_a_business": "担任法定代表人 / be a legal representative",
    "deal_in_drugs": "从事药品生产经营 / deal in drugs",
}
COVERAGE: Meanings = {
    "fresh": "有效 / up to date",
    "stale": "过期 / older than it may be: a `clear` becomes `review`",
    "never": "从未接入 / this region has never sent its list; shown, but changes no verdict",
}

RECEPTIONS: Meanings = {
    "draft": "已登记为草稿 / laid on the desk as a draft; file it next",
    "known": "已有同一文书 / the same number or the same words lie on the desk (`known`); nothing was laid down",
    "refused": "依法不予留存 / of nobody in it anything may be kept; nothing was",
    "certificate": "生效证明，已留存 / a certificate of effect, kept beside its judgment (`certificate`)",
    "appealed": "本案上诉未决，未留存 / a certificate of a case that is open on appeal; nothing was kept",
}
CERTIFICATE_FATES: Meanings = {
    "unread": "未读出案号 / it states no case number that could be read: a person states it at the console",
    "waits": "判决书尚未收到 / its judgment is not on the desk yet; it is kept until that comes",
    "appealed": "上诉未决 / the case is open on appeal: the ruling brings effect",
    "final": "终审裁判，自身即生效 / a final ruling, which takes effect by itself",
    "over": "判决已撤回、撤销或者发回 / nothing of the judgment stands",
    "undated": "未读出生效日期 / it states no day that could be read",
    "agrees": "与已登记的生效日期一致 / the judgment has that day",
    "differs": "与已登记的生效日期不同 / the judgment has another day",
    "busy": "判决书正在等待复核 / a filing waits for a second person",
    "offered": "可以登记生效 / file its effect: `POST …/effect` with `certificate`",
}
DESK_STATES: Meanings = {
    "draft": "草稿 / read, not filed yet",
    "filed": "待确认 / waits for a second person",
    "returned": "已退回 / sent back with a note; correct it and file it again",
    "pending": "已确认，未生效 / confirmed, not in effect yet; file its effect",
    "in_force": "已入库 / on the list",
    "waiting": "待认定是否涉食品 / a regulator decides whether it concerned food",
    "no_ban": "不产生禁入 / nothing in the law bars",
    "withdrawn": "已撤回 / taken back",
    "annulled": "已被撤销 / undone by another court",
    "unlisted": "发回重审，已移出 / off the list, sent back for a new trial",
    "attached": "已并入一审文书 / an appeal, part of its first-instance judgment",
    "discarded": "已作废 / a draft thrown away",
    "refused": "依法不予留存 / nothing of it may be kept",
}
NOTICE_KINDS: Meanings = {
    "outcome_confirmed": "已认定为同一人，暂停办理继续有效 / the identity was confirmed, the hold stands",
    "outcome_released": "已放行 / released: the application may go on",
    "outcome_withdrawn": "已撤回 / the hold is moot: nobody it named is barred any more",
    "outcome_reopened": "重新办理 / decided before, open again: do not issue",
    "answer_corrected": "既往答复已更正，须在期限内确认 / an answer given before named somebody who is not barred any "
    "more; acknowledge it in time",
    "late_ban": "既往“未发现”的答复现在会拦截，须在期限内确认 / an answer that was clear would be held "
    "now; acknowledge it in time",
    "objection_decided": "异议已有决定 / an objection lodged through this system was decided",
}
OUTCOME_REASONS: Meanings = {
    "wrong_number": "填报的号码不是申请人的，须以正确号码重新核查 / the number stated is not the applicant's: check "
    "again under the right one, with the same `application_no`, before anything is issued",
}
OBJECTION_STATES: Meanings = {
    "open": "待决定 / not decided yet",
    "upheld": "成立 / upheld: the case is opened again, or the list is to be corrected (`correction_pending`)",
    "rejected": "不成立 / rejected, with reasons",
    "withdrawn": "已撤回 / taken back by who objected",
}
ROW_OUTCOMES: Meanings = {
    "in_force": "已列入 / on the list",
    "pending": "尚未生效 / on the list from a day to come",
    "waiting": "待认定是否涉食品 / a regulator decides whether it concerned food",
    "no_ban": "不产生禁入 / nothing in the law bars",
    "known": "已有，未变更 / there already, unchanged",
    "superseded": "已有更高版本 / a later version is there",
    "withdrawn": "已撤回 / taken back",
    "quarantined": "隔离 / cannot be taken as it is",
    "refused": "依法不予接收 / nothing of it may be kept",
}


CASE_STATES: Meanings = {
    "open": "待办 / to be decided",
    "asked": "待补充材料 / more was asked for",
    "release_proposed": "待第二人同意放行 / one person proposed the release, another must agree",
    "confirmed": "认定为同一人 / the applicant is the listed person: the hold stands",
    "released": "已放行 / another person, or nobody any more: the application may go on",
    "withdrawn": "暂停办理已撤回 / moot, the list was corrected",
}
CASE_FINDINGS: Meanings = {
    "open": "未认定 / not decided",
    "same": "同一人 / the applicant is the listed person",
    "other_proposed": "拟认定非同一人 / another person, as one regulator proposes",
    "other": "非同一人 / another person",
    "withdrawn": "已无须认定 / moot",
}
TAKEN_STEPS: Meanings = {
    "heard": "已听取陈述申辩 / the applicant was heard",
    "hearing_waived": "已放弃陈述申辩 / the applicant waived it",
    "asked": "已要求补充材料 / more was asked for",
    "answered": "已收到答复 / an answer came",
    "noted": "留言 / a note",
    "found_same": "认定为同一人 / found to be the listed person",
    "found_other": "认定非同一人 / found to be another person",
    "release_proposed": "拟放行 / a release was proposed",
    "release_agreed": "同意放行 / a second person agreed to it",
    "release_returned": "退回放行 / a second person gave it back",
    "released_as_fresh": "数据已更新，放行 / released by the register: only a region's data had been out of date",
    "listed_since": "其后有人列入 / somebody in it was listed since: open again",
    "withdrawn": "已撤销拦截 / moot, the list was corrected",
    "reopened": "重新办理 / opened again",
    "notice_written": "已制作文书 / a notice or letter was written",
    "file_attached": "已附材料 / a file was put on the case",
}
WEBHOOK_FAULTS: Meanings = {
    "http_404": "对方答复的状态码，不是 2xx / the status it answered with; no redirect is followed",
    "too_slow": "5 秒内未答复 / no answer within 5 seconds",
    "unreachable": "无法连接 / no connection",
    "broken_off": "连接中断 / the connection broke off before an answer came",
    "certificate_refused": "证书不被接受 / its certificate is of no trusted authority, or for another name",
    "unresolved": "主机名无法解析 / its host has no address",
    "address_refused": "地址位于本系统内部网络 / its address lies within the register's own network",
}
CASE_STEPS: Meanings = {
    "hearing": "听取或者放弃陈述申辩 / the applicant was heard (`waived`: or not): `held_on`, `manner`, `said`",
    "ask": "要求补充材料 / ask for what is missing: `missing`, `asked_of`, `answer_by`",
    "answer": "收到答复 / what was answered: `text`",
    "note": "留言 / a note, in settled cases too: `text`",
    "same": "认定为同一人 / the same person, after a hearing only: `match_no`, `reason`, `legal_basis`",
    "other": "认定非同一人 / another person (on an equal number: proposed): `match_no`, `reason`",
    "agree": "同意放行 / agree to a proposed release, by another than who proposed it: `match_no`, `note`",
    "return": "退回放行 / give a proposed release back: `match_no`, `note`",
    "reopen": "原认定有误，重新办理 / the finding was wrong, the case is opened again: `reason`",
}


def listed(words: Meanings) -> str:
    """Return the words and their meanings as a Markdown list."""
    return "\n".join(f"- `{word}`: {meaning}" for word, meaning in words.items())
