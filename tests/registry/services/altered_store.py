"""The store altered behind the program's back, as somebody with access to the database would."""

from __future__ import annotations

from sqlalchemy import text

from registry.services.context import Services


def behind_the_back(services: Services, *statements: str) -> None:
    """Run SQL straight on the store."""
    with services.store.write() as uow:
        for statement in statements:
            uow.transaction.connection.execute(text(statement))


ALTERATIONS: dict[str, tuple[str, ...]] = {
    "payload swapped": (
        """UPDATE list_record SET payload = (SELECT payload FROM list_record WHERE record_no = 'R2')
        WHERE record_no = 'R1'""",
    ),
    "payload and key swapped": (
        """UPDATE list_record SET (payload, data_key) =
        (SELECT payload, data_key FROM list_record WHERE record_no = 'R2') WHERE record_no = 'R1'""",
    ),
    "state": ("UPDATE list_record SET state = 'withdrawn' WHERE record_no = 'R1'",),
    "version": ("UPDATE list_record SET version = 7 WHERE record_no = 'R1'",),
    "finding": ("UPDATE list_record SET food_related = TRUE WHERE record_no = 'R1'",),
    "document": ("UPDATE list_record SET document_no = 'x' WHERE record_no = 'R1'",),
    "content digest": (
        """UPDATE list_record SET content_digest = (SELECT content_digest FROM list_record WHERE record_no = 'R2')
        WHERE record_no = 'R1'""",
    ),
    "said to be erased": ("UPDATE list_record SET index_version = 0 WHERE record_no = 'R1'",),
    "row": (
        "DELETE FROM basis WHERE record_id = (SELECT id FROM list_record WHERE record_no = 'R1')",
        "DELETE FROM listed_identity WHERE record_id = (SELECT id FROM list_record WHERE record_no = 'R1')",
        """UPDATE list_change SET record_id = NULL
        WHERE record_id = (SELECT id FROM list_record WHERE record_no = 'R1')""",
        "DELETE FROM list_record WHERE record_no = 'R1'",
    ),
}
"""What can be done to the row R1 beside a sound row R2."""
