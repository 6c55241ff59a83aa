"""Who read what, and who changed what. Both are only ever added to."""

from django.db import models
from django.db.models import Q

from patients.models.codes import Role
from patients.models.keys import uuid7
from patients.models.tenant import UNIQUE_IN_CLINIC, ClinicRow
from physio.web.grants import (
    APP,
    APPEND,
    CLINIC,
    ONLY_OWN_CARE,
    OWN_ROWS,
    OWNER,
    PATIENT,
    READ,
    Grants,
    Policy,
)
from physio.web.references import Reference, belongs


class Sealed(models.Model):
    """An entry's place in the chain of its table, given by `seal_audit` after its transaction.

    `seal` covers the seal before it, the place, who did what when, and the digest of the content.
    """

    place = models.BigIntegerField(null=True, editable=False)
    content_digest = models.BinaryField(null=True, editable=False)
    seal = models.BinaryField(null=True, editable=False)
    redacted_by = models.UUIDField(
        null=True, editable=False, help_text="the erasure that emptied its content"
    )

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=("place",), name="%(app_label)s_%(class)s_place")]
        indexes = [
            models.Index(
                fields=("at", "id"), condition=Q(place__isnull=True), name="%(app_label)s_%(class)s_waits"
            )
        ]


class AccessEvent(Sealed, ClinicRow):
    """One request for patient data, written in the request's own transaction."""

    user = models.ForeignKey("patients.User", models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=10, choices=Role)
    patient = Reference("patients.Patient", null=True, blank=True)
    case = Reference("patients.Case", null=True, blank=True)
    route = models.CharField(max_length=100)
    method = models.CharField(max_length=10)
    action = models.CharField(max_length=60)
    status = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    grants = Grants(
        app=APPEND,
        worker=READ,
        patient=OWN_ROWS,
        audited=False,
        sealed=True,
        kept_when_erased="who opened which number, and when",
    )

    class Meta:
        constraints = [
            *Sealed.Meta.constraints,
            UNIQUE_IN_CLINIC,
            belongs("patient", "patients.Patient"),
            belongs("case", "patients.Case"),
        ]
        indexes = [
            *Sealed.Meta.indexes,
            models.Index(fields=("clinic", "patient", "at", "id"), name="patients_access_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.at:%Y-%m-%d %H:%M}"


class AuditEntry(Sealed):
    """One changed row. Only the database's own trigger writes here (docs/adr); no role may insert."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(
        "patients.Clinic", models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField()
    actor = models.CharField(max_length=40)
    role = models.CharField(max_length=20)
    table_name = models.CharField(max_length=63)
    row_id = models.UUIDField()
    operation = models.CharField(max_length=6)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    grants = Grants(
        app=READ,
        audited=False,
        sealed=True,
        policies=(
            Policy(
                "staff_of_the_clinic",
                "SELECT",
                (APP,),
                using=f"clinic_id = {CLINIC} AND {PATIENT} IS NULL AND NOT {ONLY_OWN_CARE}",
            ),
            Policy("trigger_writes", "INSERT", (OWNER,), check="true"),
        ),
    )

    class Meta:
        constraints = [
            *Sealed.Meta.constraints,
            models.CheckConstraint(
                condition=Q(operation__in=("INSERT", "UPDATE", "DELETE")),
                name="patients_auditentry_operation_code",
            ),
        ]
        indexes = [
            *Sealed.Meta.indexes,
            models.Index(fields=("clinic", "at", "id"), name="patients_audit_clinic"),
            models.Index(fields=("row_id", "at", "id"), name="patients_audit_row"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.table_name} {self.row_id}"
