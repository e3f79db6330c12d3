"""Why a document founds a ban, or none: stable codes, each with a sentence in Chinese and English."""

from __future__ import annotations

from enum import StrEnum

from registry.law.ban import Basis


class Reason(StrEnum):
    """Why a row has its outcome; the code is stable, `says` gives the sentence."""

    LISTED = "listed"
    BAN_RUN_OUT = "ban_run_out"
    NOT_YET_EFFECTIVE = "not_yet_effective"
    EFFECTIVE_DATE_UNKNOWN = "effective_date_unknown"
    DECISION_DATE_UNKNOWN = "decision_date_unknown"
    FOOD_UNDECIDED = "food_undecided"
    CHARGE_NOT_KNOWN = "charge_not_known"
    OFFICIAL_CHARGE = "official_charge"
    POLICY_WAITS = "policy_waits"
    OFFENCES_ACROSS_EIGHTEEN = "offences_across_eighteen"
    SEALED_JUVENILE = "sealed_juvenile"
    PERHAPS_SEALED_JUVENILE = "perhaps_sealed_juvenile"
    NOT_PUNISHED = "not_punished"
    NOT_FOOD = "not_food"
    DRUG_LAW_ONLY = "drug_law_only"
    SHORT_OF_IMPRISONMENT = "short_of_imprisonment"
    BEFORE_THE_LAW = "before_the_law"
    ORDER_OUTSIDE_THE_LAW = "order_outside_the_law"
    NO_LICENCE_REVOKED = "no_licence_revoked"
    OTHER_LICENCE_REVOKED = "other_licence_revoked"
    LICENCE_NOT_KNOWN = "licence_not_known"
    ROLE_NOT_STATED = "role_not_stated"
    NOT_REACHED_BY_THE_PROVISION = "not_reached_by_the_provision"

    def says(self, language: str) -> str:
        """Return the sentence in Chinese ("zh") or English ("en")."""
        chinese, english = _SAYS[self]
        return english if language == "en" else chinese


_SAYS: dict[Reason, tuple[str, str]] = {
    Reason.LISTED: ("依法列入禁入名单。", "The document founds a ban."),
    Reason.BAN_RUN_OUT: ("禁入期限已经届满。", "The ban has run out."),
    Reason.NOT_YET_EFFECTIVE: ("裁判或禁令尚未生效。", "The judgment or the ban has not yet taken effect."),
    Reason.EFFECTIVE_DATE_UNKNOWN: ("没有写明判决生效日期。", "The day the judgment took effect is not stated."),
    Reason.DECISION_DATE_UNKNOWN: ("没有写明处罚决定日期。", "The day of the penalty decision is not stated."),
    Reason.FOOD_UNDECIDED: (
        "该罪名是否涉及食品安全尚待人工认定。",
        "Whether this charge concerned food safety waits for a person to decide.",
    ),
    Reason.CHARGE_NOT_KNOWN: (
        "罪名不在罪名表中，或当时尚无此罪名，待人工认定。",
        "The charge is not in the table, or did not exist then; it waits for a person to decide.",
    ),
    Reason.OFFICIAL_CHARGE: (
        "国家机关工作人员渎职犯罪是否属于食品安全犯罪，待人工认定。",
        "Whether an official's dereliction is a food-safety crime waits for a person to decide.",
    ),
    Reason.POLICY_WAITS: (
        "法律未作规定的情形，按政策待人工认定。",
        "The law is open here; policy has it wait for a person.",
    ),
    Reason.OFFENCES_ACROSS_EIGHTEEN: (
        "犯罪行为跨越十八周岁，待人工认定。",
        "The offences span the eighteenth birthday; a person must decide.",
    ),
    Reason.SEALED_JUVENILE: ("依法不得接收的记录。", "A record that may not be taken."),
    Reason.PERHAPS_SEALED_JUVENILE: (
        "出生日期不完整，不能排除属于依法不得接收的记录。",
        "The birth date is incomplete; that the record may not be taken cannot be excluded.",
    ),
    Reason.NOT_PUNISHED: ("未被判处刑罚。", "No punishment was imposed."),
    Reason.NOT_FOOD: ("该罪与食品安全无关。", "The crime did not concern food safety."),
    Reason.DRUG_LAW_ONLY: ("药品犯罪不产生食品行业禁入。", "A drug offence bars nobody from food."),
    Reason.SHORT_OF_IMPRISONMENT: (
        "食品安全犯罪，但未被判处有期徒刑以上刑罚。",
        "A food-safety crime, but short of fixed-term imprisonment.",
    ),
    Reason.BEFORE_THE_LAW: ("相关规定当时没有施行。", "The provision was not in force at the time."),
    Reason.ORDER_OUTSIDE_THE_LAW: (
        "判决所载从业禁止或禁止令不符合法定条件，待人工核对。",
        "The order as recorded does not fit the law's conditions; a person must check it.",
    ),
    Reason.NO_LICENCE_REVOKED: ("处罚中没有吊销许可证。", "The penalty revokes no licence."),
    Reason.OTHER_LICENCE_REVOKED: ("被吊销的不是食品生产经营许可证。", "The licence revoked is not a food licence."),
    Reason.LICENCE_NOT_KNOWN: (
        "不能确定被吊销的证照是否为食品生产经营许可证，待人工认定。",
        "Whether the licence revoked is a food licence waits for a person to decide.",
    ),
    Reason.ROLE_NOT_STATED: ("没有写明责任人身份。", "Why the person answers for the organisation is not stated."),
    Reason.NOT_REACHED_BY_THE_PROVISION: (
        "相关规定不适用于该主体。",
        "The provision does not reach this person or organisation.",
    ),
}

Finding = Basis | Reason
"""One provision asked of one document: the basis it founds, or why it founds none."""

WAITS = frozenset(
    {
        Reason.FOOD_UNDECIDED,
        Reason.CHARGE_NOT_KNOWN,
        Reason.OFFICIAL_CHARGE,
        Reason.POLICY_WAITS,
        Reason.OFFENCES_ACROSS_EIGHTEEN,
        Reason.ORDER_OUTSIDE_THE_LAW,
        Reason.LICENCE_NOT_KNOWN,
        Reason.ROLE_NOT_STATED,
    }
)
"""Reasons for which a row waits for a person."""
