"""Settings: what a config says, as frozen objects; the defaults stand here."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, InstanceOf, ValidationInfo, field_validator, model_validator

from bot.config.modes import ModesTable, OwnModesTable
from bot.config.noise import NoiseSettings, PingTable
from bot.config.review import ActionsSettings, OwnReviewTable, ReviewSettings
from bot.config.sources import SOURCE_KINDS, Sources, WebhooksSettings
from bot.config.table import Table
from bot.config.values import (
    SERVER_ADVICE,
    Channels,
    Days,
    Directory,
    ExemptPlaces,
    Permission,
    PlaceId,
    Rate,
    Servers,
    StoreUrl,
    Threshold,
    Tolerance,
    one_of,
    refusal,
    whole_number,
)
from classifier.copy_rules import CopyRules, CopyScope
from classifier.labels import DEFAULT_BASE_RATES, Label
from classifier.targets import Wish, Wishes
from classifier.thresholds import DEFAULT_THRESHOLDS

TOLERANCE = 0.01
"""An AUC lower by less than this is not felt: one pair of posts in a hundred more in the wrong order."""


class DiscordSettings(Table):
    """Whose posts are read. Without `channels`: in every channel that the bot can see."""

    guilds: Servers = Field(description=f"List the ids of the servers to read. {SERVER_ADVICE}")
    channels: Channels = ()
    ignore_channels: Channels = ()

    @model_validator(mode="after")
    def _no_contradiction(self) -> "DiscordSettings":
        for channel in self.channels:
            if channel in self.ignore_channels:
                raise refusal(f"channel {channel} is both in channels and in ignore_channels. Take it out of one.")
        return self


class CopiesSettings(Table):
    """For how many days a post is remembered as the possible original of a copy, and what is called one."""

    window_days: Days = 30
    scope: Annotated[CopyScope, one_of(*CopyScope)] = CopyScope.EVERYWHERE
    exempt_places: ExemptPlaces = ()
    free_repeats: Annotated[int, whole_number(0, 4)] = 1

    @property
    def rules(self) -> CopyRules:
        """The same, for the copy index."""
        return CopyRules(self.scope, frozenset(map(str, self.exempt_places)), self.free_repeats)


class PrivacySettings(Table):
    """For how many days texts are kept."""

    keep_text_days: Days = 180


class StoreSettings(Table):
    """The database. `load_settings` has made the path of a file absolute."""

    url: StoreUrl = "sqlite:///data/flagpost.sqlite3"


class LoggingSettings(Table):
    """How the log looks: lines for people, or a JSON object a line."""

    format: Annotated[Literal["text", "json"], one_of("text", "json")] = "text"


class ModelSettings(Table):
    """The folder of the models; None: this user's data folder. `load_settings` has made it absolute."""

    directory: Directory = None


class TrainingSettings(Table):
    """What `flagpost train` may learn from, and how much worse a new model may be and still go into use.

    `discord_permission` says who permits training on Discord's posts; None: nobody. `tolerance` is in AUC.
    """

    discord_permission: Permission | None = None
    tolerance: Tolerance = TOLERANCE


class OwnThresholdsTable(Table):
    """[thresholds.places.ID] and [thresholds.sources.NAME]: what differs in one channel or forum."""

    trolling: Threshold | None = None
    personal_attack: Threshold | None = None
    copy_paste: Threshold | None = None


class ThresholdsTable(OwnThresholdsTable):
    """[thresholds], as the file has it."""

    places: dict[PlaceId, OwnThresholdsTable] = Field(default_factory=dict)
    sources: dict[str, OwnThresholdsTable] = Field(default_factory=dict)


class RatesTable(Table):
    """[population], as the file has it."""

    trolling: Rate | None = None
    personal_attack: Rate | None = None
    copy_paste: Rate | None = None


def _wishes(table: OwnThresholdsTable) -> dict[Label, Wish]:
    return {label: wish for label in Label if (wish := getattr(table, label)) is not None}


def _read_thresholds(value: object) -> object:
    if isinstance(value, Wishes):
        return value
    table = ThresholdsTable.model_validate(value)
    places = {place: _wishes(own) for place, own in table.places.items()}
    sources = {name: _wishes(own) for name, own in table.sources.items()}
    return Wishes({**DEFAULT_THRESHOLDS, **_wishes(table)}, places, sources)


def _read_rates(value: object) -> object:
    table = RatesTable.model_validate(value)
    return DEFAULT_BASE_RATES | {label: rate for label in Label if (rate := getattr(table, label)) is not None}


class Settings(Table):
    """A whole config. `thresholds` and `population` (the share of posts each label is true for) go by Label."""

    discord: DiscordSettings
    review: ReviewSettings
    thresholds: Annotated[InstanceOf[Wishes], BeforeValidator(_read_thresholds)] = Wishes()
    modes: ModesTable = ModesTable()
    population: Annotated[Mapping[Label, float], BeforeValidator(_read_rates)] = DEFAULT_BASE_RATES
    copies: CopiesSettings = CopiesSettings()
    noise: NoiseSettings = NoiseSettings()
    privacy: PrivacySettings = PrivacySettings()
    store: StoreSettings = StoreSettings()
    model: ModelSettings = ModelSettings()
    training: TrainingSettings = TrainingSettings()
    sources: Sources = Field(default_factory=dict)
    webhooks: WebhooksSettings = WebhooksSettings()
    logging: LoggingSettings = LoggingSettings()

    @field_validator("review")
    @classmethod
    def _cards_apart(cls, review: ReviewSettings, info: ValidationInfo) -> ReviewSettings:
        watched = info.data.get("discord")
        for channel in review.channels:
            if isinstance(watched, DiscordSettings) and channel in watched.channels:
                raise refusal(f"channel {channel} is also watched, in [discord] channels. Give the cards their own.")
        return review

    @field_validator("sources")
    @classmethod
    def _cards_of_sources_apart(cls, sources: Sources, info: ValidationInfo) -> Sources:
        watched = info.data.get("discord")
        for name, source in sources.items():
            if isinstance(watched, DiscordSettings) and source.review_channel in watched.channels:
                raise refusal(
                    f"review_channel {source.review_channel} of {name} is also watched, in [discord] channels. "
                    "Give the cards their own."
                )
        return sources

    @field_validator("sources")
    @classmethod
    def _modes_of_known_sources(cls, sources: Sources, info: ValidationInfo) -> Sources:
        modes = info.data.get("modes")
        for name in modes.sources if isinstance(modes, ModesTable) else ():
            if name not in sources and name != "discord":
                raise refusal(
                    f"there is no {name}, which [modes.sources.{name}] names. Name a table of a forum, or discord."
                )
        return sources

    @field_validator("sources")
    @classmethod
    def _thresholds_of_known_sources(cls, sources: Sources, info: ValidationInfo) -> Sources:
        thresholds = info.data.get("thresholds")
        for name in thresholds.sources if isinstance(thresholds, Wishes) else ():
            if name not in sources:
                raise refusal(f"there is no {name}, which [thresholds.sources.{name}] names. Name a table of a forum.")
        return sources


def table_model(path: tuple[str, ...]) -> type[Table]:
    """The model of the table that stands under a path of names; () is the whole file. Raises KeyError for others.

    The path of a source goes on with its kind.
    """
    match path:
        case ():
            return Settings
        case ("thresholds",):
            return ThresholdsTable
        case ("thresholds", "places" | "sources", _):
            return OwnThresholdsTable
        case ("review", "guilds", _):
            return OwnReviewTable
        case ("review", "actions"):
            return ActionsSettings
        case ("population",):
            return RatesTable
        case ("modes", "sources", _):
            return OwnModesTable
        case ("noise", "pings", _):
            return PingTable
        case ("sources", _, kind):
            return SOURCE_KINDS[kind]
        case (name,):
            model = Settings.model_fields[name].annotation
            if isinstance(model, type) and issubclass(model, Table):
                return model
    raise KeyError(path)
