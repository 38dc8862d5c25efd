"""The public corpora that may train what flagpost gives away, one entry each.

None of the files could be reached when this list was made, so no SHA-256 is known, and the first fetch asks before it
trusts one. Addresses name a commit or a record, so that what they lead to does not change.
"""

import difflib

from classifier.corpora import originals
from classifier.corpora.corpus import Corpus, Labelling, OriginalFile
from classifier.errors import DataError


def _github(repository: str, commit: str, *paths: str) -> tuple[OriginalFile, ...]:
    return tuple(OriginalFile(url=f"https://raw.githubusercontent.com/{repository}/{commit}/{path}") for path in paths)


_CORPORA = (
    Corpus(
        name="cmv_adhominem_threads",
        title="Ad hominem arguments on Reddit's Change My View, in the chains of replies that led to them",
        licence="Apache-2.0",
        cite="Habernal, Wachsmuth, Gurevych, Stein: Before Name-calling. NAACL 2018",
        home="https://github.com/UKPLab/naacl2018-before-name-calling-habernal-et-al",
        rows=8_914,
        prepared_sha256="eae99c1f35c01355aaf8cc87416302104e791472ac063b4424018320a2525f47",
        originals=_github(
            "UKPLab/naacl2018-before-name-calling-habernal-et-al",
            "e592cd9372d768d6f88d4af621fa0ffd5c952f3a",
            "experiments/sampled-threads-ah-delta-context3.tar.bz2",
        ),
        read=originals.cmv_adhominem_threads,
        quoted_lines=True,
        labelling=Labelling(
            attack="ad_hominem_rule2",
            clean={"violated_rule": 0},
            reason="Rule 2 forbids hostility towards another user; what fell under other rules says nothing.",
        ),
    ),
    Corpus(
        name="cad_reddit",
        title="Contextual Abuse Dataset, version 1.1: Reddit entries",
        licence="CC BY 4.0",
        cite="Vidgen, Nguyen, Margetts, Rossini, Tromble: Introducing CAD. NAACL 2021",
        home="https://doi.org/10.5281/zenodo.4881008",
        rows=23_415,
        prepared_sha256="967128ed816f742f8e71e0343678be3a4541cb2e757f6559c4f3bc62bbb8a4e1",
        originals=(OriginalFile(url="https://zenodo.org/record/4881008/files/data.zip?download=1"),),
        read=originals.cad_reddit,
        quoted_lines=True,
        labelling=Labelling(
            clean={"Neutral": 1},
            reason="The person abused may be outside the conversation, so only neutral posts are sure.",
        ),
    ),
    Corpus(
        name="trac1_facebook_en",
        title="Aggression in English Facebook comments from India (TRAC-1)",
        licence="Apache-2.0",
        cite="Kumar, Reganti, Bhatia, Maheshwari: Aggression-annotated Corpus. LREC 2018",
        home="https://github.com/kmi-linguistics/trac-1",
        rows=15_001,
        prepared_sha256="790b93d9d59935a2404ac4633f88cd7c173980bf630822e8b635c28f73c88e23",
        originals=_github(
            "kmi-linguistics/trac-1",
            "e6f16f698b78db8df1275f143b4cf7f58bb9eedb",
            "english/agr_en_train.csv",
            "english/agr_en_dev.csv",
        ),
        read=originals.trac1_facebook_en,
        labelling=Labelling(
            clean={"none": 1},
            reason="Aggression is mostly against public figures and groups, so only posts without any are sure.",
        ),
    ),
    Corpus(
        name="jigsaw_toxic_sample",
        title="Toxic Comment Classification: a sample of Wikipedia talk page comments",
        licence="CC0, CC BY-SA 3.0",
        cite="Wulczyn, Thain, Dixon: Ex Machina: Personal Attacks Seen at Scale. WWW 2017",
        home="https://www.kaggle.com/c/jigsaw-toxic-comment-classification-challenge",
        rows=2_325,
        prepared_sha256="60639ddfccd48f408ba263265005e42f7a722a8162741a353a909aaad623b3bd",
        obstacle="the whole corpus needs an account to download, and the sample has no public address",
        labelling=Labelling(
            clean={"toxic": 0, "severe_toxic": 0, "obscene": 0, "threat": 0, "insult": 0, "identity_hate": 0},
            reason="An insult may be against anybody, a group too, so only comments without any label are sure.",
        ),
    ),
    Corpus(
        name="cat_large_wikitalk",
        title="CAT-LARGE: Wikipedia talk page comments rated with and without the comment before",
        licence="Apache-2.0",
        cite="Pavlopoulos, Sorensen, Dixon, Thain, Androutsopoulos: Toxicity Detection: Does Context Really Matter? "
        "ACL 2020",
        home="https://github.com/ipavlopoulos/context_toxicity",
        rows=20_000,
        prepared_sha256="e28667591432aee7d7f94087f8d7264dc4899715fd0dff2bef08125926179d91",
        originals=_github(
            "ipavlopoulos/context_toxicity",
            "319ffa0b4dbd6677d9a53ce048fe79371bd5ac77",
            "data/CAT_LARGE/gc.csv",
            "data/CAT_LARGE/gn.csv",
        ),
        read=originals.cat_large_wikitalk,
        labelling=Labelling(
            clean={"toxic": 0},
            reason="Toxic takes in swearing at things, so only comments that are not toxic are sure.",
        ),
    ),
    Corpus(
        name="civil_toxic_spans",
        title="ToxicSpans: news comments with the toxic words marked",
        licence="CC0",
        cite="Pavlopoulos, Laugier, Xenos, Sorensen, Androutsopoulos: From the Detection of Toxic Spans in Online "
        "Discussions to the Analysis of Toxic-to-Civil Transfer. ACL 2022",
        home="https://github.com/ipavlopoulos/toxic_spans",
        rows=16_100,
        prepared_sha256="a0a2cee4cde4018b6c041698aac33739c41ada3c038194470f78affa8865e438",
        originals=(
            *_github(
                "ipavlopoulos/toxic_spans",
                "a366505c0f86c415fe54a859482f31e024435a59",
                "data/comments.csv",
                "data/annotations.csv",
            ),
            *_github("ipavlopoulos/toxic_spans", "f561fc04aa49ffd2e2e75ca1019e5a6aa47ae4a2", "data/spans.csv"),
        ),
        read=originals.civil_toxic_spans,
        labelling=Labelling(
            reason="Chosen as toxic beforehand, spans without a target: good for marking words, not for labels."
        ),
    ),
    Corpus(
        name="wikitactics",
        title="WikiTactics: how Wikipedia's editors argue in disputes",
        licence="CC BY-SA 3.0",
        cite="De Kock, Vlachos: How to disagree well. EMNLP 2022",
        home="https://github.com/christinedekock11/wikitactics",
        rows=3_865,
        prepared_sha256="d350278a48504282807955c174a5253bb30978783c9b6583349b42b9cf66504d",
        originals=_github(
            "christinedekock11/wikitactics", "e31b384964997ad6f11d49b16f962f4d648c9ff0", "wikitactics.json"
        ),
        read=originals.wikitactics,
        labelling=Labelling(
            attack="name_calling_hostility_DH0",
            clean={"name_calling_hostility_DH0": 0, "ad_hominem_DH1": 0, "derailing_DH2": 0},
            reason="Editors call each other names; ad hominem takes in attacks on the argument, so it is left out.",
        ),
    ),
    Corpus(
        name="cga_wiki_valid",
        title="Conversations Gone Awry: the last comment of Wikipedia conversations, lower-cased",
        licence="CC BY-SA 3.0",
        cite="Zhang et al.: Conversations Gone Awry. ACL 2018; Kementchedjhieva, Søgaard: Dynamic Forecasting of "
        "Conversation Derailment. EMNLP 2021",
        home="https://github.com/YovaKem/forecasting_derailment",
        rows=840,
        prepared_sha256="1dd57a4a9022d184561522234a2f30d4b4aac75a968df6245fb00d4f4ee09284",
        obstacle="the public file holds the comments as numbers of BERT's vocabulary, which flagpost does not read",
        labelling=Labelling(
            attack="derails",
            clean={"derails": 0},
            reason="A conversation derails with a personal attack by one who takes part on another.",
        ),
    ),
    Corpus(
        name="github_incivility",
        title="Incivility in locked GitHub issues",
        licence="MIT",
        cite="Ehsani, Imran, Zita, Damevski, Chatterjee: Incivility in Open Source Projects. MSR 2024",
        home="https://github.com/vcu-swim-lab/incivility-dataset",
        rows=5_959,
        prepared_sha256="fe75914e86b4047c37a2dbfb3ace0c1a26c494fb92075ca1d8be63ca60aba63a",
        originals=_github(
            "JorisParee/incivility-dataset_2IMP40",
            "2cc3bdc68fedc5a4b65feb6bc43a9455c6c4f688",
            "dataset/annotatated_comment_level.csv",
        ),
        read=originals.github_incivility,
        quoted_lines=True,
        labelling=Labelling(
            attack="insulting",
            clean={"uncivil": 0},
            reason="Insulting remarks are at another person; the other uncivil features need not be at anybody.",
        ),
    ),
    Corpus(
        name="convabuse",
        title="ConvAbuse: what people wrote to chatbots",
        licence="CC BY 4.0",
        cite="Cercas Curry, Abercrombie, Rieser: ConvAbuse. EMNLP 2021",
        home="https://github.com/amandacurry/convabuse",
        rows=4_185,
        prepared_sha256="3cb55965c7990fef41d5706df7df8e11b38eb46f2a37c7a748e789272669be33",
        originals=(
            *_github(
                "amandacurry/convabuse",
                "3ed1ab429e189ba140c498d634b7ddc738cfe7bb",
                "2_splits/ConvAbuseEMNLPtrain.csv",
                "2_splits/ConvAbuseEMNLPvalid.csv",
            ),
            *_github(
                "amandacurry/convabuse", "2c807dde7ba1eef17799a8f253451e02d03c562e", "2_splits/ConvAbuseEMNLPtest.csv"
            ),
        ),
        read=originals.convabuse,
        labelling=Labelling(
            attack="abusive",
            unclear=("votes_target_individual", "votes_target_generalised", "votes_sex_harassment", "votes_implicit"),
            clean={"abuse_mean": 1},
            reason="Open abuse of the chatbot, which takes part; third persons, groups and hints are left out.",
        ),
    ),
    Corpus(
        name="davidson_tweets",
        title="Hate speech and offensive language on Twitter",
        licence="MIT",
        cite="Davidson, Warmsley, Macy, Weber: Automated Hate Speech Detection and the Problem of Offensive Language. "
        "ICWSM 2017",
        home="https://github.com/t-davidson/hate-speech-and-offensive-language",
        rows=24_783,
        prepared_sha256="5c75feb69663ac99f1b5085de2396812e11ba680f2ac8d2a63bd8b3009ec6589",
        originals=_github(
            "t-davidson/hate-speech-and-offensive-language",
            "6a1e3f02522963d820e302c3ad48b189552c143b",
            "data/labeled_data.csv",
        ),
        read=originals.davidson_tweets,
        labelling=Labelling(
            clean={"neither": 1},
            reason="Offensive is mostly profanity and dialect, hate is against groups: only neither is sure.",
        ),
    ),
    Corpus(
        name="reddit_misogyny",
        title="Expert-annotated misogyny on Reddit",
        licence="MIT",
        cite="Guest, Vidgen, Mittos, Sastry, Tyson, Margetts: An Expert Annotated Dataset for the Detection of Online "
        "Misogyny. EACL 2021",
        home="https://github.com/ellamguest/online-misogyny-eacl2021",
        rows=6_423,
        prepared_sha256="2057b57cf02f604adf35b03ed55e518b6fbdd83ea5c875144a58a7fb1759767f",
        originals=_github(
            "ellamguest/online-misogyny-eacl2021", "57698f9d47f2a431b4b49ca4801e143bb0cbb564", "data/final_labels.csv"
        ),
        read=originals.reddit_misogyny,
        quoted_lines=True,
        labelling=Labelling(
            clean={"misogynistic": 0, "personal_attack": 0, "counter_speech": 0},
            reason="Many of the people attacked are in a picture or a story, not in the conversation.",
        ),
    ),
    Corpus(
        name="fox_news_comments",
        title="Hateful comments under Fox News articles",
        licence="MIT",
        cite="Gao, Huang: Detecting Online Hate Speech Using Context Aware Models. RANLP 2017",
        home="https://github.com/sjtuprog/fox-news-comments",
        rows=1_528,
        prepared_sha256="55bef0d368da436dfa2767c5c4524b684f1acceec4ff1f284fb053588893f1cf",
        originals=_github(
            "sjtuprog/fox-news-comments", "8e6da0e432e75860b9ef3d28c06f20be3eca0671", "fox-news-comments.json"
        ),
        read=originals.fox_news_comments,
        labelling=Labelling(
            reason="Hate is against groups, and an insult without hate counts as clean: neither side is sure."
        ),
    ),
    Corpus(
        name="gitter_ethereum_toxicity",
        title="Toxicity in the developers' chat of Ethereum on Gitter",
        licence="CC0",
        cite="Sarker, Turzo, Bosu: A Benchmark Study of the Contemporary Toxicity Detectors on Software Engineering "
        "Interactions. APSEC 2020",
        home="https://github.com/WSU-SEAL/toxicity-dataset",
        rows=4_140,
        prepared_sha256="2187f66e45e8c282334f073892e77d2a106fb0199bcd2dd5a829b7cd56dc8c03",
        obstacle="the public file is a spreadsheet, which flagpost does not read",
        labelling=Labelling(
            clean={"toxic": 0},
            reason="Toxic takes in swearing at things, so only messages that are not toxic are sure.",
        ),
    ),
    Corpus(
        name="stormfront_sentences",
        title="Hate speech in sentences from a white supremacist forum",
        licence="CC BY-SA 3.0 ES",
        cite="de Gibert, Perez, García-Pablos, Cuadros: Hate Speech Dataset from a White Supremacy Forum. ALW2 2018",
        home="https://github.com/Vicomtech/hate-speech-dataset",
        rows=10_944,
        prepared_sha256="4a7ea92221b11e214c7e5d6371d653b238db2e59903a2323c07015d3735d52de",
        originals=(
            OriginalFile(
                url="https://github.com/Vicomtech/hate-speech-dataset/archive/fbee2b97d6769951bdb0f7db7cf6c206b54d71c5.zip"
            ),
        ),
        read=originals.stormfront_sentences,
        labelling=Labelling(
            reason="Hate is against groups, sentences stand alone, and what is not hate need not be clean there."
        ),
    ),
)

CATALOGUE = {corpus.name: corpus for corpus in _CORPORA}
"""The corpora by name, in the order of their use to flagpost."""


def corpus_named(name: str) -> Corpus:
    """The corpus of the catalogue; raises DataError that suggests a name for one that is not there."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    nearest = difflib.get_close_matches(name, CATALOGUE, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else "flagpost data list shows them"
    raise DataError(f"there is no corpus {name[:60]!r}; {hint}")
