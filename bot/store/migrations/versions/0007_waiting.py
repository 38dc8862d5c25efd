"""Flags that wait for their card, and the messages that say so."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "waiting",
        sa.Column("flag_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("flag_id", name="pk_waiting"),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name="fk_waiting_flag_id"),
    )
    op.create_table(
        "notices",
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", name="pk_notices"),
    )
