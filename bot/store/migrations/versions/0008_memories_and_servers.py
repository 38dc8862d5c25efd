"""What the bot is to remember over a restart; samples know the server whose staff drew them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the table and the column."""
    op.create_table(
        "memories",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_memories"),
    )
    op.add_column("samples", sa.Column("guild_id", sa.BigInteger()))
