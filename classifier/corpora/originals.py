"""The files of each corpus as its authors published them, made into rows; one function a corpus.

Names of people are not taken over, and empty texts are left out.
"""

import csv
import html
import io
import json
import tarfile
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from classifier.corpora.corpus import Corpus
from classifier.corpora.rows import CorpusRow
from classifier.errors import DataError

LARGEST_UNPACKED = 500 * 2**20
"""Bytes that an archive may unpack to: many times what the largest of them holds."""

Paths = Sequence[Path]
Rows = Iterator[CorpusRow]


def read_originals(corpus: Corpus, paths: Paths) -> Rows:
    """The rows in a corpus's original files, given in the order of `corpus.originals`; an id counts once, the first.

    Raises DataError when the files are not as the corpus's function expects them, also after some rows.
    """
    if corpus.read is None:
        raise DataError(f"{corpus.name}: {corpus.obstacle}")
    seen = set()
    try:
        for row in corpus.read(paths):
            if row.id not in seen:
                seen.add(row.id)
                yield row
    except (
        *(LookupError, ValueError, TypeError, AttributeError, RecursionError, csv.Error),
        *(zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError),
    ) as error:
        # The error's own words may hold a piece of somebody's post.
        names = ", ".join(str(path) for path in paths)
        raise DataError(
            f"{names}: not in the form of {corpus.name} that flagpost knows ({type(error).__name__} after "
            f"{len(seen):,} rows); if the authors have changed it, only an older file will do"
        ) from error


def cmv_adhominem_threads(paths: Paths) -> Rows:
    """One file of JSON lines a thread; a comment that stands in several threads is given once."""
    comments: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, lines in _threads(paths[0]):
        for line in filter(None, lines):
            comment = json.loads(line)
            comments.setdefault(comment["id"], (name.split("_")[1], comment))
    for split, comment in comments.values():
        parent = comments.get(str(comment.get("parent_id")).partition("_")[2])
        rule = comment["violated_rule"]
        yield from _row(
            comment["id"],
            comment["body"],
            {"ad_hominem_rule2": rule == 2, "violated_rule": rule},
            split=split,
            thread=comment.get("link_id") or None,
            context=parent[1]["body"] if parent else None,
        )


def cad_reddit(paths: Paths) -> Rows:
    """Three tab-separated splits in an archive, without quotation marks; the labels of a post share a field."""
    kinds = ("Neutral", "PersonDirectedAbuse", "AffiliationDirectedAbuse", "IdentityDirectedAbuse", "CounterSpeech")
    with zipfile.ZipFile(paths[0]) as archive:
        for split in ("train", "dev", "test"):
            with io.TextIOWrapper(_member(archive, f"data/cad_v1_1_{split}.tsv"), "utf-8", newline="") as file:
                for post in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                    given = post["labels"].split(",")
                    text = post["text"].replace("[linebreak]", "\n")
                    yield from _row(post["id"], text, {kind: kind in given for kind in kinds}, split=split)


def trac1_facebook_en(paths: Paths) -> Rows:
    """Without a header: id, text, and OAG, CAG or NAG for overtly, covertly and not aggressive."""
    kinds = {"OAG": "overt_aggression", "CAG": "covert_aggression", "NAG": "none"}
    for path, split in zip(paths, ("train", "dev"), strict=True):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for id, text, given in filter(None, csv.reader(file)):
                _known(given, kinds)
                yield from _row(id, text, {kind: kind == kinds[given] for kind in kinds.values()}, split=split)


def cat_large_wikitalk(paths: Paths) -> Rows:
    """Two sets of comments: one whose raters saw the comment before it, `parent`, and one whose raters did not."""
    for path, split in zip(paths, ("in_context", "out_of_context"), strict=True):
        for post in _table(path):
            labels = {"toxic": int(post["label"]), "perspective_api": round(float(post["api"]), 4)}
            yield from _row(post["id"], post["text"], labels, split=split, context=post.get("parent"))


def civil_toxic_spans(paths: Paths) -> Rows:
    """Comments, who rated them, and the spans that each rater marked."""
    comments, annotations, spans = map(_table, paths)
    ratings: dict[str, list[dict[str, str]]] = defaultdict(list)
    comment_of: dict[str, str] = {}
    for rating in annotations:
        ratings[rating["comment_id"]].append(rating)
        comment_of[rating["annotation"]] = rating["comment_id"]
    marked: dict[str, Counter[str]] = defaultdict(Counter)
    for span in spans:
        marked[comment_of[span["annotation"]]]["spans_" + span["type"].replace(" ", "_")] += 1
    for comment in comments:
        if given := ratings[comment["comment_id"]]:
            shares = {
                f"{name}_toxic_frac": round(sum(rating[f"{name} toxic"] == "True" for rating in given) / len(given), 3)
                for name in ("not", "all")
            }
            labels = {"n_annotators": len(given), **shares, **marked[comment["comment_id"]]}
            yield from _row(comment["comment_id"], comment["comment_text"], labels)


def wikitactics(paths: Paths) -> Rows:
    """A list of disputes, each a list of utterances with the tactics that raters saw in it."""
    tactics = {
        "DH0": "name_calling_hostility_DH0",
        "DH1": "ad_hominem_DH1",
        "DH2": "derailing_DH2",
        "DH3": "policing_DH3",
    }
    for dispute in json.loads(paths[0].read_bytes()):
        thread, before = dispute["conv_id"], None
        for number, utterance in enumerate(dispute["utterances"]):
            rebuttals = utterance["rebuttal_labels"]
            labels = {name: any(label.startswith(level) for label in rebuttals) for level, name in tactics.items()}
            labels |= {"any_rebuttal": bool(rebuttals), "escalated": bool(dispute["escalation_label"])}
            text = utterance["text"]
            yield from _row(f"{thread}#{number}", text, labels, split=dispute["split"], thread=thread, context=before)
            before = text


def github_incivility(paths: Paths) -> Rows:
    """Comments of heated issues, each with the one uncivil feature that raters saw in it, or None."""
    kinds = (
        *("bitter_frustration", "impatience", "mocking", "insulting", "vulgarity", "entitlement", "irony", "threat"),
        "identity_attack_name_calling",
    )
    for comment in _table(paths[0]):
        given = comment["tbdf"].lower().replace(" ", "_").replace("/", "_").replace("-", "_")
        _known(given, (*kinds, "none"))
        labels = {kind: kind == given for kind in kinds} | {"uncivil": given != "none"}
        yield from _row(comment["comment_id"], comment["comment_body"], labels, thread=comment["issue_id"])


def convabuse(paths: Paths) -> Rows:
    """What people wrote to chatbots; up to eight raters, each with a column a question, empty for those not asked.

    A rater who was asked twice has two answers in a cell and is left out, as in the prepared copy.
    """
    for path, split in zip(paths, ("train", "valid", "test"), strict=True):
        for turn in _table(path):
            raters = [
                f"Annotator{number}_" for number in range(1, 9) if turn[f"Annotator{number}_is_abuse.1"] in ("0", "1")
            ]
            marks = [mark for rater in raters for mark in range(-3, 2) if turn[f"{rater}is_abuse.{mark}"] == "1"]
            if not marks:
                continue
            labels = {
                "abuse_mean": round(sum(marks) / len(marks), 2),
                "abusive": sum(mark < 0 for mark in marks) * 2 >= len(marks),
            }
            for question in (
                *("intellectual", "sexist", "sex_harassment"),
                *("target.generalised", "target.individual", "target.system", "explicit", "implicit"),
            ):
                votes = sum(turn[rater + question] == "1" for rater in raters)
                labels["votes_" + question.replace(".", "_")] = votes
            yield from _row(
                f"{split}-{turn['example_id']}",
                turn["user"],
                labels,
                split=split,
                thread=turn["conv_id"],
                context="\n".join(turn[name] for name in ("prev_agent", "prev_user", "agent")),
            )


def davidson_tweets(paths: Paths) -> Rows:
    """Tweets with how many raters said hate speech, offensive or neither, and the class that most of them chose."""
    for tweet in _table(paths[0]):
        chosen = int(tweet["class"])
        labels = {
            "hate": chosen == 0,
            "offensive": chosen == 1,
            "neither": chosen == 2,
            "class": chosen,
            "count": int(tweet["count"]),
            "n_hate": int(tweet["hate_speech"]),
            "n_offensive": int(tweet["offensive_language"]),
            "n_neither": int(tweet["neither"]),
        }
        yield from _row(tweet[""], html.unescape(tweet["tweet"]), labels)


def reddit_misogyny(paths: Paths) -> Rows:
    """Reddit entries, a line for each label that raters agreed on."""
    for number, entry in enumerate(_table(paths[0])):
        kind = entry["level_2"].lower()
        labels = {
            "misogynistic": entry["level_1"] == "Misogynistic",
            "personal_attack": kind.endswith("personal_attack"),
            "pejorative": kind.endswith("pejorative"),
            "derogation": kind.endswith("derogation"),
            "treatment": kind.endswith("treatment"),
            "counter_speech": kind.startswith("counter"),
        }
        yield from _row(f"{entry['entry_id']}#{number}", entry["body"], labels, thread=entry["link_id"])


def fox_news_comments(paths: Paths) -> Rows:
    """One JSON object a line: a comment, the title above it and the comment it answers."""
    with paths[0].open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            comment = json.loads(line)
            labels = {"hate": comment["label"]}
            yield from _row(
                str(number), comment["text"], labels, thread=comment["title"], context=comment["prev"] or None
            )


def stormfront_sentences(paths: Paths) -> Rows:
    """A file a sentence, named POST_NUMBER, and one table of labels."""
    with zipfile.ZipFile(paths[0]) as archive:
        root = archive.namelist()[0].partition("/")[0]
        with io.TextIOWrapper(_member(archive, f"{root}/annotations_metadata.csv"), "utf-8", newline="") as file:
            table = list(csv.DictReader(file))
        for sentence in table:
            given, id = sentence["label"], sentence["file_id"]
            _known(given, ("noHate", "hate", "relation", "idk/skip"))
            labels = {
                "hate": given == "hate",
                "relation": given == "relation",
                "skip": given == "idk/skip",
                "num_contexts": int(sentence["num_contexts"]),
            }
            with _member(archive, f"{root}/all_files/{id}.txt") as file:
                text = file.read().decode()
            yield from _row(id, text, labels, thread=id.partition("_")[0])


def _row(id: str, text: str, labels: Mapping[str, float], **fields: str | None) -> Rows:
    """The row, or nothing for a text that is empty."""
    if text := text.replace("\r\n", "\n").strip():
        numbers = {name: int(value) if isinstance(value, bool) else value for name, value in labels.items()}
        yield CorpusRow(id=id, text=text, labels=numbers, **fields)


def _known(given: str, known: Sequence[str] | Mapping[str, str]) -> None:
    if given not in known:
        raise ValueError("an unknown label")


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    if archive.getinfo(name).file_size > LARGEST_UNPACKED:
        raise DataError(f"{archive.filename}: {name} is too large to be what it should be")
    return archive.open(name)


def _threads(path: Path) -> Iterator[tuple[str, list[bytes]]]:
    unpacked = 0
    with tarfile.open(path, "r:bz2") as archive:
        for member in archive:
            unpacked += member.size
            if unpacked > LARGEST_UNPACKED:
                raise DataError(f"{path}: unpacks to more than it should")
            name = member.name.rpartition("/")[2]
            if name.endswith(".json") and not name.startswith(".") and (file := archive.extractfile(member)):
                yield name, file.read().splitlines()
