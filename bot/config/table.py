"""Table: what all tables of a config have in common."""

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of the config. The description of a required key says what to write where it is missing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
