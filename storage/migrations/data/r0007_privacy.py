"""Who may see what: teams, looks in a chain, second factors, sessions; what people ask of their data, how long it is
kept, and who helps them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "data_0007"
down_revision = "data_0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables and columns."""
    op.create_table(
        "team",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )
    op.create_table(
        "admission",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("granted_by", ID, nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("seen_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_admission_conversation_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_admission_staff_id")),
        sa.ForeignKeyConstraint(["granted_by"], ["staff.id"], name=op.f("fk_admission_granted_by")),
        sa.ForeignKeyConstraint(["seen_by"], ["staff.id"], name=op.f("fk_admission_seen_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission")),
    )
    op.create_index("ix_admission_conversation", "admission", ["conversation_id", "staff_id"])
    op.create_index("ix_admission_unseen", "admission", ["kind", "seen_at"])
    op.create_table(
        "look",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_look_staff_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_look")),
    )
    op.create_index("ix_look_person", "look", ["person_id", "seq"])
    op.create_index("ix_look_staff", "look", ["staff_id", "seq"])
    op.create_table(
        "recovery_code",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recovery_code_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index("ix_recovery_code_staff", "recovery_code", ["staff_id"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("next_page", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sign_in_attempt_staff_id")),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_sign_in_attempt")),
    )
    op.create_table(
        "seen_token",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_seen_token")),
    )
    op.create_table(
        "tries",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_tries")),
    )
    op.create_table(
        "data_request",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("identified_how", sa.Text(), nullable=True),
        sa.Column("identified_by", ID, nullable=True),
        sa.Column("identified_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("done_by", ID, nullable=True),
        sa.Column("detail_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_data_request_person_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_data_request_conversation_id")),
        sa.ForeignKeyConstraint(["identified_by"], ["staff.id"], name=op.f("fk_data_request_identified_by")),
        sa.ForeignKeyConstraint(["done_by"], ["staff.id"], name=op.f("fk_data_request_done_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
    )
    op.create_index("ix_data_request_person", "data_request", ["person_id"])
    op.create_index("ix_data_request_open", "data_request", ["state", "due_at"])
    op.create_table(
        "legal_hold",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.Column("placed_by", ID, nullable=True),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.Column("lifted_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_legal_hold_conversation_id")),
        sa.ForeignKeyConstraint(["placed_by"], ["staff.id"], name=op.f("fk_legal_hold_placed_by")),
        sa.ForeignKeyConstraint(["lifted_by"], ["staff.id"], name=op.f("fk_legal_hold_lifted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index("ix_legal_hold_conversation", "legal_hold", ["conversation_id"])
    op.create_table(
        "retention_run",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("dry", sa.SmallInteger(), nullable=False),
        sa.Column("asked_by", ID, nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_retention_run_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    op.create_table(
        "spent_key",
        sa.Column("key_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("spent_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_spent_key")),
    )
    op.create_table(
        "helper",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("may", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("invite_index", sa.LargeBinary(), nullable=True),
        sa.Column("browser_index", sa.LargeBinary(), nullable=True),
        sa.Column("invited_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_how", sa.Text(), nullable=True),
        sa.Column("from_seq", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_helper_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helper")),
        sa.UniqueConstraint("browser_index", name=op.f("uq_helper_browser_index")),
        sa.UniqueConstraint("invite_index", name=op.f("uq_helper_invite_index")),
    )
    op.create_index("ix_helper_person", "helper", ["person_id"])
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("pin_since", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("erased_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("reduced_at", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("conversation") as batch:
        batch.add_column(sa.Column("team_id", ID, nullable=True))
        batch.add_column(sa.Column("danger_at", sa.BigInteger(), nullable=True))
        batch.create_foreign_key(op.f("fk_conversation_team_id"), "team", ["team_id"], ["id"])
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("helper_id", ID, nullable=True))
        batch.add_column(sa.Column("private", sa.SmallInteger(), server_default="0", nullable=False))
        batch.create_foreign_key(op.f("fk_message_helper_id"), "helper", ["helper_id"], ["id"])
    with op.batch_alter_table("staff") as batch:
        batch.add_column(sa.Column("team_id", ID, nullable=True))
        batch.add_column(sa.Column("subject_index", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("key_id", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("totp_sealed", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("totp_step", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("totp_since", sa.BigInteger(), nullable=True))
        batch.create_foreign_key(op.f("fk_staff_team_id"), "team", ["team_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_staff_subject_index"), ["subject_index"])
    with op.batch_alter_table("staff_session") as batch:
        batch.add_column(sa.Column("way", sa.Text(), server_default="password", nullable=False))
        batch.add_column(sa.Column("second_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("proved_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("seen_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("device", sa.Text(), nullable=True))
        batch.add_column(sa.Column("provider_session_index", sa.LargeBinary(), nullable=True))
        batch.create_index(op.f("ix_staff_session_provider_session_index"), ["provider_session_index"])
