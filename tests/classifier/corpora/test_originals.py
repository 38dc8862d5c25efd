"""Each corpus's own file format becomes rows. The posts here are made up; the formats are the real ones."""

import bz2
import csv
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from classifier.corpora import CorpusRow, corpus_named, read_originals
from classifier.errors import DataError

Rows = Callable[..., list[CorpusRow]]


@pytest.fixture
def rows(tmp_path: Path) -> Rows:
    """Gives the rows that a corpus's function makes of files with these contents."""

    def read(name: str, *contents: str | bytes) -> list[CorpusRow]:
        paths = [tmp_path / f"{number}" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_originals(corpus_named(name), paths))

    return read


def on(row: CorpusRow) -> set[str]:
    return {name for name, value in row.labels.items() if value}


def zipped(files: Mapping[str, str]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return raw.getvalue()


def test_cmv_adhominem_threads(rows: Rows) -> None:
    opening: dict[str, Any] = {
        "id": "p1",
        "link_id": "",
        "parent_id": "",
        "body": "Ferries are fun.",
        "violated_rule": 0,
    }
    answer = {"id": "c1", "link_id": "t3_p1", "parent_id": "t3_p1", "body": "You are a fool.", "violated_rule": 2}
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:bz2") as archive:
        for name, comments in {"1_ah_x.json": [opening, answer], "2_delta_y.json": [opening]}.items():
            content = "".join(json.dumps(comment) + "\n" for comment in comments).encode()
            member = tarfile.TarInfo(f"sampled/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    first, second = rows("cmv_adhominem_threads", raw.getvalue())
    assert (first.id, first.thread, first.context, first.split) == ("p1", None, None, "ah")
    assert (second.thread, second.context) == ("t3_p1", "Ferries are fun.")
    assert first.labels == {"ad_hominem_rule2": 0, "violated_rule": 0}
    assert second.labels == {"ad_hominem_rule2": 1, "violated_rule": 2}


def test_cad_reddit(rows: Rows) -> None:
    head = "id\ttext\tlabels\n"
    train = head + 'a\tHe said "no[linebreak]way\tNeutral\nb\tYou two\tIdentityDirectedAbuse,PersonDirectedAbuse\n'
    archive = zipped(
        {
            "data/cad_v1_1_train.tsv": train,
            "data/cad_v1_1_dev.tsv": head,
            "data/cad_v1_1_test.tsv": head + "c\t \tNeutral",
        }
    )
    first, second = rows("cad_reddit", archive)
    assert first.text == 'He said "no\nway'
    assert (on(first), first.split) == ({"Neutral"}, "train")
    assert on(second) == {"IdentityDirectedAbuse", "PersonDirectedAbuse"}


def test_trac1_facebook_en(rows: Rows) -> None:
    first, second = rows("trac1_facebook_en", '1,"Nice, this.",NAG\n2,Hush!,CAG\n', "2,the same id,OAG\n\n")
    assert (on(first), first.split, first.text) == ({"none"}, "train", "Nice, this.")
    assert on(second) == {"covert_aggression"}


def test_cat_large_wikitalk(rows: Rows) -> None:
    first, second = rows(
        "cat_large_wikitalk",
        "id,text,parent,label,api\n1,Rot.,Is it so?,1,0.66666\n",
        "id,text,label,api\n2,Yes. ,0,0.1\n",
    )
    assert (first.context, first.labels) == ("Is it so?", {"toxic": 1, "perspective_api": 0.6667})
    assert (second.text, second.context, second.split) == ("Yes.", None, "out_of_context")


def test_civil_toxic_spans(rows: Rows) -> None:
    (row,) = rows(
        "civil_toxic_spans",
        "comment_id,comment_text\n5,Silly geese.\n6,Nobody rated this.\n",
        "annotation,comment_id,worker,country,all toxic,not toxic\n0,5,1,X,False,True\n1,5,2,X,False,False\n"
        "2,5,3,X,False,False\n",
        "annotation,type,start,end\n1,Insult,0,5\n1,Insult,6,11\n2,Identity based Attack,0,5\n",
    )
    assert row.labels == {
        "n_annotators": 3,
        "not_toxic_frac": 0.333,
        "all_toxic_frac": 0,
        "spans_Insult": 2,
        "spans_Identity_based_Attack": 1,
    }


def test_wikitactics(rows: Rows) -> None:
    said = [("Gate", []), ("You liar.", ["DH0: Name calling/hostility", "DH5: Counterargument"])]
    utterances = [{"text": text, "username": "Ann", "rebuttal_labels": labels} for text, labels in said]
    dispute = {"conv_id": "9.1", "utterances": utterances, "split": "val", "escalation_label": 1}
    first, second = rows("wikitactics", json.dumps([dispute]))
    assert (first.id, on(first)) == ("9.1#0", {"escalated"})
    assert on(second) == {"name_calling_hostility_DH0", "any_rebuttal", "escalated"}
    assert (second.context, second.thread, second.author) == ("Gate", "9.1", None)


def test_github_incivility(rows: Rows) -> None:
    text = "id,issue_id,comment_id,tbdf,comment_body\n1,7,70,None,It fails.\n2,7,71,Bitter frustration,Still!\n"
    first, second, third = rows("github_incivility", text + "3,7,72,Identity attack/Name-Calling,Goose.\n")
    assert (on(first), first.thread) == (set(), "7")
    assert on(second) == {"bitter_frustration", "uncivil"}
    assert on(third) == {"identity_attack_name_calling", "uncivil"}


def test_convabuse(rows: Rows) -> None:
    kinds = ("ableist", "homophobic", "intellectual", "racist", "sexist", "sex_harassment", "transphobic")
    questions = (
        *(f"is_abuse.{mark}" for mark in (1, 0, -1, -2, -3)),
        *(*kinds, "target.generalised", "target.individual", "target.system", "explicit", "implicit"),
    )
    columns = [f"Annotator{number}_{question}" for number in range(1, 9) for question in questions]
    turn = {"example_id": "3.0", "conv_id": "9", "prev_agent": "Hello.", "prev_user": "hi", "agent": "Well?"}
    turn |= {"user": "you dunce", "bot": "E"} | dict.fromkeys(columns, "")
    marks = {1: ("-1", "target.system", "explicit"), 2: ("-3", "target.system", "intellectual"), 5: ("1",)}
    for number, given in marks.items():
        mark, *others = given
        turn |= {f"Annotator{number}_{question}": "0" for question in questions}
        turn |= {f"Annotator{number}_{question}": "1" for question in (f"is_abuse.{mark}", *others)}
    turn |= {f"Annotator7_{question}": "1, 1" for question in questions}
    tables = []
    for content in ([turn], [], []):
        table = io.StringIO()
        writer = csv.DictWriter(table, fieldnames=turn)
        writer.writeheader()
        writer.writerows(content)
        tables.append(table.getvalue())
    (row,) = rows("convabuse", *tables)
    assert (row.id, row.context) == ("train-3.0", "Hello.\nhi\nWell?")
    assert (row.labels["abuse_mean"], row.labels["abusive"]) == (-1.0, 1)
    votes = {name: value for name, value in row.labels.items() if name.startswith("votes_") and value}
    assert votes == {"votes_target_system": 2, "votes_explicit": 1, "votes_intellectual": 1}


def test_davidson_tweets(rows: Rows) -> None:
    head = ",count,hate_speech,offensive_language,neither,class,tweet\n"
    (row,) = rows("davidson_tweets", head + '12,3,0,1,2,2,"Salt &amp; vinegar, ""please"""\n')
    assert (row.id, row.text) == ("12", 'Salt & vinegar, "please"')
    assert row.labels | {"neither": 1, "offensive": 0, "n_offensive": 1, "n_neither": 2, "count": 3} == row.labels


def test_reddit_misogyny(rows: Rows) -> None:
    head = ",entry_id,link_id,parent_id,body,level_1,level_2\n"
    first, second = rows(
        "reddit_misogyny",
        head + "1,x,t3_x,,,Nonmisogynistic,None_of_the_categories\n"
        "2,y,t3_x,t3_x,Nice hat.,Nonmisogynistic,None_of_the_categories\n"
        "3,z,t3_x,t3_x,Goose.,Misogynistic,Misogynistic_personal_attack\n",
    )
    assert (first.id, on(first), first.thread) == ("y#1", set(), "t3_x")
    assert on(second) == {"misogynistic", "personal_attack"}


def test_fox_news_comments(rows: Rows) -> None:
    comments = [{"title": "Boats", "text": "Sink them.", "label": 1, "prev": ""}]
    comments.append({"title": "Boats", "text": "Why?", "label": 0, "prev": "Sink them."})
    first, second = rows("fox_news_comments", "\n".join(map(json.dumps, comments)))
    assert (first.id, on(first), first.context) == ("0", {"hate"}, None)
    assert (second.thread, second.context) == ("Boats", "Sink them.")


def test_stormfront_sentences(rows: Rows) -> None:
    table = "file_id,user_id,subforum_id,num_contexts,label\n8_1,1,2,0,noHate\n8_2,1,2,3,idk/skip\n"
    files = {"root/": "", "root/annotations_metadata.csv": table}
    first, second = rows(
        "stormfront_sentences",
        zipped(files | {"root/all_files/8_1.txt": "Hello .\n", "root/all_files/8_2.txt": "Er ."}),
    )
    assert (first.id, first.thread, first.text, on(first)) == ("8_1", "8", "Hello .", set())
    assert second.labels == {"hate": 0, "relation": 0, "skip": 1, "num_contexts": 3}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("davidson_tweets", "<!DOCTYPE html>\n<p>Not here any more</p>\n"),
        ("fox_news_comments", "[]\n"),
        ("wikitactics", '{"message": "moved"}'),
        ("cad_reddit", "not an archive"),
        ("cmv_adhominem_threads", "not an archive"),
        ("cmv_adhominem_threads", bz2.compress(bytes(4096))[:-9] + b"damaged.."),
        ("cad_reddit", zipped({"data/cad_v1_1_train.tsv": "id\ttext\tlabels\n"}).replace(b"id\ttext", b"id\ttixt", 1)),
        ("github_incivility", "id,issue_id,comment_id,tbdf,comment_body\n1,7,70,Gloating,Ha.\n"),
    ],
)
def test_another_form_than_expected_is_told_in_one_line(rows: Rows, name: str, content: str | bytes) -> None:
    with pytest.raises(DataError, match=f"not in the form of {name}") as caught:
        rows(name, content)
    assert "\n" not in str(caught.value)


def test_a_corpus_without_a_public_file_says_why() -> None:
    with pytest.raises(DataError, match="spreadsheet"):
        list(read_originals(corpus_named("gitter_ethereum_toxicity"), []))
