"""One unit of work: a transaction and the repositories that read and write in it.

A repository is a class built on the Transaction; to add one, import it here and give it a property. Nothing in it
commits: the unit of work commits once, when its `with` block ends without an error.
"""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import Table

from registry.privacy.envelope import RecordCipher
from registry.privacy.keyed_index import KeyedIndex
from registry.store.account_repository import AccountRepository
from registry.store.alarm_repository import AlarmRepository
from registry.store.attachment_repository import AttachmentRepository
from registry.store.audit_repository import AuditRepository
from registry.store.case_repository import CaseRepository
from registry.store.certificate_repository import CertificateRepository
from registry.store.change_repository import ChangeRepository
from registry.store.clearance_repository import ClearanceRepository
from registry.store.client_repository import ClientRepository
from registry.store.conduct_repository import ConductRepository
from registry.store.cosignature_repository import CosignatureRepository
from registry.store.coverage_repository import CoverageRepository
from registry.store.decision_repository import DecisionRepository
from registry.store.desk_repository import DeskRepository
from registry.store.disagreement_repository import DisagreementRepository
from registry.store.erasing_repository import ErasingRepository
from registry.store.exchange_health_repository import ExchangeHealthRepository
from registry.store.exchange_repository import ExchangeRepository
from registry.store.figure_repository import FigureRepository
from registry.store.giving_repository import GivingRepository
from registry.store.ground_repository import GroundRepository
from registry.store.head_repository import HeadRepository
from registry.store.heading_map_repository import HeadingMapRepository
from registry.store.hold_repository import HoldRepository
from registry.store.idempotency_repository import IdempotencyRepository
from registry.store.job_repository import JobRepository
from registry.store.key_check_repository import KeyCheckRepository
from registry.store.lease_repository import LeaseRepository
from registry.store.ledger_repository import LedgerRepository
from registry.store.list_repository import ListRepository
from registry.store.log_repository import LogRepository
from registry.store.look_back_repository import LookBackRepository
from registry.store.member_repository import MemberRepository
from registry.store.notice_repository import NoticeRepository
from registry.store.objection_repository import ObjectionRepository
from registry.store.quarantine_repository import QuarantineRepository
from registry.store.question_repository import QuestionRepository
from registry.store.reindexing_repository import ReindexingRepository
from registry.store.rewrapping_repository import RewrappingRepository
from registry.store.row_numbering_repository import RowNumberingRepository
from registry.store.rule_proposal_repository import RuleProposalRepository
from registry.store.rule_repository import RuleRepository
from registry.store.saved_view_repository import SavedViewRepository
from registry.store.screening_repository import ScreeningRepository
from registry.store.sealing_repository import SealingRepository
from registry.store.sheet_repository import SheetRepository
from registry.store.trail_repository import TrailRepository
from registry.store.transaction import Transaction
from registry.store.upload_repository import UploadRepository
from registry.store.witness_repository import WitnessRepository


class UnitOfWork:
    """What a use case reads and writes in one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction

    @property
    def cipher(self) -> RecordCipher:
        """Seals and opens records."""
        return self.transaction.cipher

    @property
    def keyed_index(self) -> KeyedIndex:
        """Computes the values equal numbers are found by."""
        return self.transaction.keyed_index

    def new_ids(self, table: Table, count: int) -> list[int]:
        """Reserve ids for rows about to be inserted."""
        return self.transaction.new_ids(table, count)

    @cached_property
    def accounts(self) -> AccountRepository:
        """People who use the console."""
        return AccountRepository(self.transaction)

    @cached_property
    def head(self) -> HeadRepository:
        """The list version."""
        return HeadRepository(self.transaction)

    @cached_property
    def lists(self) -> ListRepository:
        """Listed subjects, identities, bases, records and changes."""
        return ListRepository(self.transaction)

    @cached_property
    def members(self) -> MemberRepository:
        """What is held, for reconciliation."""
        return MemberRepository(self.transaction)

    @cached_property
    def changes(self) -> ChangeRepository:
        """The feed of list changes."""
        return ChangeRepository(self.transaction)

    @cached_property
    def quarantine(self) -> QuarantineRepository:
        """Rows that could not be taken."""
        return QuarantineRepository(self.transaction)

    @cached_property
    def coverage(self) -> CoverageRepository:
        """How fresh each region is."""
        return CoverageRepository(self.transaction)

    @cached_property
    def decisions(self) -> DecisionRepository:
        """Answers given."""
        return DecisionRepository(self.transaction)

    @cached_property
    def figures(self) -> FigureRepository:
        """What the overview and the monthly report count."""
        return FigureRepository(self.transaction)

    @cached_property
    def clients(self) -> ClientRepository:
        """Systems that may call."""
        return ClientRepository(self.transaction)

    @cached_property
    def idempotency(self) -> IdempotencyRepository:
        """Answers given under an idempotency key."""
        return IdempotencyRepository(self.transaction)

    @cached_property
    def rules(self) -> RuleRepository:
        """The wording of models and policies."""
        return RuleRepository(self.transaction)

    @cached_property
    def proposals(self) -> RuleProposalRepository:
        """Models and policies put before a second person."""
        return RuleProposalRepository(self.transaction)

    @cached_property
    def screenings(self) -> ScreeningRepository:
        """Bulk screenings."""
        return ScreeningRepository(self.transaction)

    @cached_property
    def ledger(self) -> LedgerRepository:
        """The record of acts."""
        return LedgerRepository(self.transaction)

    @cached_property
    def key_check(self) -> KeyCheckRepository:
        """Proofs that the keys fit."""
        return KeyCheckRepository(self.transaction)

    @cached_property
    def witnesses(self) -> WitnessRepository:
        """Who cosigns the log."""
        return WitnessRepository(self.transaction)

    @cached_property
    def log(self) -> LogRepository:
        """The entries' places in the provable log."""
        return LogRepository(self.transaction)

    @cached_property
    def alarms(self) -> AlarmRepository:
        """What needs attention."""
        return AlarmRepository(self.transaction)

    @cached_property
    def cosignatures(self) -> CosignatureRepository:
        """What witnesses have signed."""
        return CosignatureRepository(self.transaction)

    @cached_property
    def jobs(self) -> JobRepository:
        """Runs of the worker's jobs."""
        return JobRepository(self.transaction)

    @cached_property
    def leases(self) -> LeaseRepository:
        """Who leads which job."""
        return LeaseRepository(self.transaction)

    @cached_property
    def exchange_health(self) -> ExchangeHealthRepository:
        """How the exchange with each partner goes."""
        return ExchangeHealthRepository(self.transaction)

    @cached_property
    def rewrapping(self) -> RewrappingRepository:
        """What former master keys hold."""
        return RewrappingRepository(self.transaction)

    @cached_property
    def reindexing(self) -> ReindexingRepository:
        """What a former index key holds."""
        return ReindexingRepository(self.transaction)

    @cached_property
    def conduct(self) -> ConductRepository:
        """How clients have behaved of late."""
        return ConductRepository(self.transaction)

    @cached_property
    def audit(self) -> AuditRepository:
        """The record from end to end, for those who verify it."""
        return AuditRepository(self.transaction)

    @cached_property
    def sealing(self) -> SealingRepository:
        """Records that may not be kept."""
        return SealingRepository(self.transaction)

    @cached_property
    def erasing(self) -> ErasingRepository:
        """What has been kept long enough."""
        return ErasingRepository(self.transaction)

    @cached_property
    def desk(self) -> DeskRepository:
        """Judgments and revocations on their way to the list."""
        return DeskRepository(self.transaction)

    @cached_property
    def certificates(self) -> CertificateRepository:
        """Certificates of effect beside the judgments they speak of."""
        return CertificateRepository(self.transaction)

    @cached_property
    def questions(self) -> QuestionRepository:
        """What is asked about rows that wait for a finding."""
        return QuestionRepository(self.transaction)

    @cached_property
    def originals(self) -> UploadRepository:
        """Files as they came."""
        return UploadRepository(self.transaction)

    @cached_property
    def sheets(self) -> SheetRepository:
        """Spreadsheets on their way to the list."""
        return SheetRepository(self.transaction)

    @cached_property
    def heading_maps(self) -> HeadingMapRepository:
        """What courts' own headings mean."""
        return HeadingMapRepository(self.transaction)

    @cached_property
    def row_numbering(self) -> RowNumberingRepository:
        """Numbers for rows that have none of their own."""
        return RowNumberingRepository(self.transaction)

    @cached_property
    def exchange(self) -> ExchangeRepository:
        """How far the exchange with partners has come."""
        return ExchangeRepository(self.transaction)

    @cached_property
    def giving(self) -> GivingRepository:
        """What partners are given."""
        return GivingRepository(self.transaction)

    @cached_property
    def cases(self) -> CaseRepository:
        """Held and reviewed applications before the regulators."""
        return CaseRepository(self.transaction)

    @cached_property
    def attachments(self) -> AttachmentRepository:
        """Files beside objections and cases."""
        return AttachmentRepository(self.transaction)

    @cached_property
    def views(self) -> SavedViewRepository:
        """Filters users keep under names."""
        return SavedViewRepository(self.transaction)

    @cached_property
    def clearances(self) -> ClearanceRepository:
        """Reviewed "not this person"."""
        return ClearanceRepository(self.transaction)

    @cached_property
    def notices(self) -> NoticeRepository:
        """What licensing systems are told."""
        return NoticeRepository(self.transaction)

    @cached_property
    def grounds(self) -> GroundRepository:
        """On what grounds people looked somebody up."""
        return GroundRepository(self.transaction)

    @property
    def trail(self) -> TrailRepository:
        """Acts as people read them."""
        return TrailRepository(self.transaction)

    @cached_property
    def objections(self) -> ObjectionRepository:
        """Objections, and what people state about their bans."""
        return ObjectionRepository(self.transaction)

    @cached_property
    def holds(self) -> HoldRepository:
        """Batches that wait for a person."""
        return HoldRepository(self.transaction)

    @cached_property
    def look_backs(self) -> LookBackRepository:
        """Past answers that later changes of the list would have made others."""
        return LookBackRepository(self.transaction)

    @cached_property
    def disagreements(self) -> DisagreementRepository:
        """What provinces say differently of one person."""
        return DisagreementRepository(self.transaction)
