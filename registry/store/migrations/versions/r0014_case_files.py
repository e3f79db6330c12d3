"""Files on a held application, photographs among the files that are kept, and why an application was released."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FORMER = "form IN ('text', 'word', 'pdf', 'workbook', 'csv')"
_FORM = "form IN ('text', 'word', 'pdf', 'workbook', 'csv', 'jpeg', 'png')"


def upgrade() -> None:
    _create_case_attachment()
    _allow_photographs()
    op.add_column("hold_case", sa.Column("release_cause", sa.String(length=20), nullable=True))
    op.create_index(op.f("ix_decision_application_no"), "decision", ["application_no"])


def _create_case_attachment() -> None:
    op.create_table(
        "case_attachment",
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("original_id", IDENTIFIER, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["hold_case.id"], name=op.f("fk_case_attachment_case_id_hold_case")),
        sa.ForeignKeyConstraint(["original_id"], ["original.id"], name=op.f("fk_case_attachment_original_id_original")),
        sa.PrimaryKeyConstraint("case_id", "original_id", name=op.f("pk_case_attachment")),
    )


def _allow_photographs() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _reword_on_sqlite()
        return
    op.drop_constraint(op.f("ck_original_form"), "original", type_="check")
    op.create_check_constraint(op.f("ck_original_form"), "original", _FORM)


def _reword_on_sqlite() -> None:
    """Change the condition where SQLite keeps it, which leaves every row as it is.

    As https://www.sqlite.org/lang_altertable.html describes for changes that do not touch what is on disk: the table
    is referred to by others and holds whole files, so that it is not made anew for a longer list of words.
    """
    op.execute("PRAGMA writable_schema = ON")
    op.execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :former, :form) WHERE type = 'table' AND name = 'original'")
        .bindparams(former=_FORMER, form=_FORM)
    )  # fmt: skip
    op.execute("PRAGMA writable_schema = RESET")
