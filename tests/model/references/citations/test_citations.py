"""How papers are cited: what reference managers and their parsers make of each format."""

import json

import msgspec
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from digest.model import ArxivId, Paper, references
from digest.model.references.citations import Citation, bibtex, csl, ris
from digest.model.references.citations.names import AuthorName, parted

DOPE = Citation(
    id="2511.09146",
    title="DoPE: 50% of $O(n^2)$ & {more}",
    authors=("Jing Xiong", "Plato", "DeepMind and Friends"),
    submitted="2025-11-12",
    categories=("cs.CL",),
    url="https://arxiv.org/abs/2511.09146",
    pdf="https://arxiv.org/pdf/2511.09146",
    abstract="We rotate.\nER  - and not the end",
    keywords=("LLM", "이론"),
)


def test_bibtex_keeps_capitals_and_formulas_and_escapes_the_rest() -> None:
    assert bibtex.entry(DOPE) == (
        "@misc{xiong2025dope_251109146,\n"
        "  title         = {{DoPE}: 50\\% of $O(n^2)$ \\& \\{more\\}},\n"
        "  author        = {Xiong, Jing and Plato and {DeepMind and Friends}},\n"
        "  year          = {2025},\n"
        "  eprint        = {2511.09146},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass  = {cs.CL},\n"
        "  url           = {https://arxiv.org/abs/2511.09146}\n"
        "}\n"
    )


def test_a_parser_of_ris_reads_what_was_written() -> None:
    (read,) = rispy.loads(ris.record(DOPE, ("<p>요약</p>",)))

    assert read == {
        "type_of_reference": "UNPB", "title": DOPE.title, "authors": ["Xiong, Jing", "Plato", "DeepMind and Friends"],
        "year": "2025", "date": "2025/11/12", "publisher": "arXiv", "accession_number": "arXiv:2511.09146",
        "doi": "10.48550/arXiv.2511.09146", "urls": [DOPE.url], "file_attachments1": DOPE.pdf,
        "abstract": "We rotate. ER - and not the end", "keywords": ["LLM", "이론"], "notes": ["<p>요약</p>"],
        "id": "xiong2025dope_251109146",
    }  # fmt: skip


def test_csl_json_is_json_with_names_in_parts() -> None:
    (read,) = json.loads(csl.joined([csl.item(DOPE)]))

    assert read == {
        "id": "xiong2025dope_251109146", "type": "article", "genre": "Preprint", "title": DOPE.title,
        "author": [{"family": "Xiong", "given": "Jing"}, {"literal": "Plato"}, {"literal": "DeepMind and Friends"}],
        "issued": {"date-parts": [[2025, 11, 12]]}, "DOI": "10.48550/arXiv.2511.09146", "URL": DOPE.url,
        "publisher": "arXiv", "number": "arXiv:2511.09146", "abstract": DOPE.abstract, "keyword": "LLM, 이론",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["x.bib", "x.ris", "x.json"])
def test_our_own_reader_finds_the_same_paper_in_each_format(name: str) -> None:
    written = {"x.bib": bibtex.entry, "x.ris": ris.record, "x.json": lambda one: csl.joined([csl.item(one)])}[name]

    (read,) = references.parse(name, written(DOPE).encode()) or ()

    assert (read.id, read.authors[0]) == ("2511.09146", "Jing Xiong")


@pytest.mark.parametrize(
    ("cited", "doi", "year"),
    [
        (Citation(id="doi:10.1101/2024.01.01.573912", title="A"), "10.1101/2024.01.01.573912", ""),
        (Citation(id="hep-th/9711200", title="A"), "10.48550/arXiv.hep-th/9711200", "1997"),
        (Citation(id="2511.09146", title="A", own_doi="10.1000/x"), "10.1000/x", "2025"),
        (Citation(id="https://example.org/a", title="A", submitted="2024-02-01"), "", "2024"),
    ],
)  # fmt: skip
def test_doi_and_year_come_from_id_and_record(cited: Citation, doi: str, year: str) -> None:
    assert (cited.doi, cited.year) == (doi, year)


def test_a_paper_of_which_only_a_file_is_known_can_be_cited() -> None:
    cited = Citation(id="file:0123456789abcdef", title="")

    assert bibtex.entry(cited) == "@misc{arxiv_0123456789abcdef,\n  title         = {}\n}\n"
    assert ris.record(cited) == "TY  - UNPB\r\nTI  - \r\nID  - arxiv_0123456789abcdef\r\nER  - \r\n"


NAMES = [
    ("Kim, Ada", "Kim, Ada", {"family": "Kim", "given": "Ada"}, "Kim, Ada"),
    ("Ludwig van der Berg", "van der Berg, Ludwig", {"family": "van der Berg", "given": "Ludwig"},
     "van der Berg, Ludwig"),
    ("John Smith Jr.", "Smith, Jr., John", {"family": "Smith", "given": "John", "suffix": "Jr."}, "Smith, John, Jr."),
    ("Martin King, III", "King, III, Martin", {"family": "King", "given": "Martin", "suffix": "III"},
     "King, Martin, III"),
    ("Smith, John, Jr.", "Smith, Jr., John", {"family": "Smith", "given": "John", "suffix": "Jr."}, "Smith, John, Jr."),
    ("Sand. ai", "{Sand. ai}", {"literal": "Sand. ai"}, "Sand. ai"),
    ("Qwen Team", "{Qwen Team}", {"literal": "Qwen Team"}, "Qwen Team"),
    ("NVIDIA, Inc.", "{NVIDIA, Inc.}", {"literal": "NVIDIA, Inc."}, "NVIDIA, Inc."),
    ("ADA AND BO", "{ADA AND BO}", {"literal": "ADA AND BO"}, "ADA AND BO"),
    ("et al.", "others", {"literal": "et al."}, "et al."),
    ("de Kim", "{de Kim}", {"literal": "de Kim"}, "de Kim"),
    ("OpenAI,", "OpenAI", {"literal": "OpenAI"}, "OpenAI"),
    ("김철수", "김철수", {"literal": "김철수"}, "김철수"),
    ("Haitz Sáez de Ocáriz Borde", "de Ocáriz Borde, Haitz Sáez",
     {"family": "de Ocáriz Borde", "given": "Haitz Sáez"}, "de Ocáriz Borde, Haitz Sáez"),
    ("Wim Van Criekinge", "Van Criekinge, Wim", {"family": "Van Criekinge", "given": "Wim"}, "Van Criekinge, Wim"),
    ("Ana De La Cruz", "De La Cruz, Ana", {"family": "De La Cruz", "given": "Ana"}, "De La Cruz, Ana"),
    ("Thanh Van Nguyễn", "Nguyễn, Thanh Van", {"family": "Nguyễn", "given": "Thanh Van"}, "Nguyễn, Thanh Van"),
    ("Đặng Văn Le Minh", "Minh, Đặng Văn Le", {"family": "Minh", "given": "Đặng Văn Le"}, "Minh, Đặng Văn Le"),
    ("Van Criekinge", "Criekinge, Van", {"family": "Criekinge", "given": "Van"}, "Criekinge, Van"),
    ("李 明", "李, 明", {"family": "李", "given": "明"}, "李, 明"),
    ("x } y", "y, x \\textbraceright{}", {"family": "y", "given": "x }"}, "y, x }"),
]  # fmt: skip


GROUPS = ["Team Seedream", "Team Hunyuan3D", "Kimi Team", "The Qwen team", "ATLAS COLLABORATION", "Seed (Lab)",
          "Group of Ada", "AI Singapore", "Hunyuan3D Omni", "Research Center for Robots", "Cosmos 3"]  # fmt: skip


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_is_one_name(name: str) -> None:
    cited = Citation(id="2511.09146", title="A", authors=(name,))

    assert (parted(name), f"= {{{{{name}}}}}," in bibtex.entry(cited)) == (AuthorName(name), True)


def test_a_group_written_like_a_person_is_put_right() -> None:
    assert parted("Team, Kimi") == AuthorName("Kimi Team")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Blaise Agüera y Arcas", AuthorName("Agüera y Arcas", "Blaise")),
        ("Ana de la Fuente y Marín", AuthorName("de la Fuente y Marín", "Ana")),
        ("José Costa e Silva", AuthorName("Costa e Silva", "José")), ("Ortega y Gasset", AuthorName("Ortega y Gasset")),
        ("Muhammad ibn Musa al-Khwarizmi", AuthorName("ibn Musa al-Khwarizmi", "Muhammad")),
        ("Khaled Al Mansoori", AuthorName("Al Mansoori", "Khaled")),
        ("Siti binti Omar", AuthorName("binti Omar", "Siti")),
        ("Jacobus van 't Hoff", AuthorName("van 't Hoff", "Jacobus")), ("Al Gore", AuthorName("Gore", "Al")),
        ("Smith Jr., John", AuthorName("Smith", "John", "Jr.")),
        ("King III, Martin", AuthorName("King", "Martin", "III")),
        ("Agüera y Arcas, Blaise", AuthorName("Agüera y Arcas", "Blaise")),
        ("Ada Kim, PhD", AuthorName("Kim", "Ada", "PhD")),
        ("Sung-Ju Hwang", AuthorName("Hwang", "Sung-Ju")), ("Jean-Luc Al-Amin", AuthorName("Al-Amin", "Jean-Luc")),
        ("Wei Bin Chen", AuthorName("Chen", "Wei Bin")), ("Qingyao Ai", AuthorName("Ai", "Qingyao")),
    ],
)  # fmt: skip
def test_a_family_name_has_its_particles(name: str, parts: AuthorName) -> None:
    assert parted(name) == parts


@pytest.mark.parametrize(("name", "in_bibtex", "in_csl", "in_ris"), NAMES, ids=[name for name, *_ in NAMES])
def test_each_format_has_a_name_in_its_parts(name: str, in_bibtex: str, in_csl: dict[str, str], in_ris: str) -> None:
    cited = Citation(id="2511.09146", title="A", authors=(name,))
    (item,) = json.loads(csl.joined([csl.item(cited)]))

    assert f"  author        = {{{in_bibtex}}},\n" in bibtex.entry(cited)
    assert item["author"] == [in_csl]
    assert rispy.loads(ris.record(cited))[0]["authors"] == [in_ris]


_WORDS = st.sampled_from(
    ["Ada", "van", "Van", "De", "la", "Nguyen", "Lê", "Borde", "李", "明", "Jr.", "Kim", "김", "Ö."]
)


@given(st.lists(_WORDS, min_size=1, max_size=5).map(" ".join))
def test_parsers_of_other_programs_read_every_word_of_a_name(name: str) -> None:
    cited = Citation(id="2511.09146", title="A", authors=(name,))
    (item,) = json.loads(csl.joined([csl.item(cited)]))
    (read,) = rispy.loads(ris.record(cited))
    (ours,) = references.parse("x.bib", bibtex.entry(cited).encode()) or ()

    assert sorted(" ".join(item["author"][0].values()).split()) == sorted(name.split())
    assert sorted(read["authors"][0].replace(",", "").split()) == sorted(name.split())
    assert sorted(ours.authors[0].replace(",", "").split()) == sorted(name.split())


@pytest.mark.parametrize(
    ("title", "protected"),
    [
        ("Jensen-Rényi of GraphRAG", "{Jensen-Rényi} of {GraphRAG}"),
        ("Élan über ÉLAN and self-BLEU", "Élan über {ÉLAN} and {self-BLEU}"),
        ("Poincaré 3D Maps for 한국어GPT", "Poincaré {3D} Maps for {한국어GPT}"),
        ("DeepSeek-V3.2: Open", "{DeepSeek-V3.2}: Open"),
        ("Kimi K3, SLA2.", "Kimi {K3}, {SLA2}."),
        ("Benchmark^2 of M^3Eval", r"{Benchmark\textasciicircum{}2} of {M\textasciicircum{}3Eval}"),
        ("3D-Aware (Qwen2.5-VL) x_BERT 4.0", r"{3D-Aware} ({Qwen2.5-VL}) x\_{BERT} 4.0"),
    ],
)
def test_words_with_capitals_that_mean_something_are_protected_whole(title: str, protected: str) -> None:
    assert f"title         = {{{protected}}}" in bibtex.entry(Citation(id="2511.09146", title=title))


@pytest.mark.parametrize(
    ("title", "key"),
    [(r"$\mathbb{F}_{2}$-Linear Codes", "kim2025f_251109146"), ("On " + "x" * 300, f"kim2025{'x' * 24}_251109146")],
)
def test_a_key_holds_no_command_of_tex_and_no_endless_word(title: str, key: str) -> None:
    assert Citation(id="2511.09146", title=title, authors=("Ada Kim",)).key == key


@pytest.mark.parametrize("title", ["}{", "a } b", "$\\{x$ and y", "{a", "$}$", "\\}", "{a} $\\{b\\}$"])
def test_braces_of_an_entry_close_as_bibtex_counts_them(title: str) -> None:
    entry = bibtex.entry(Citation(id="2511.09146", title=title, authors=(title,)))
    depths = [entry[:at].count("{") - entry[:at].count("}") for at in range(8, len(entry) - 1)]

    assert (min(depths[:-1]), entry.count("{") - entry.count("}")) == (1, 0)


def test_a_colon_behind_a_collaboration_is_no_author() -> None:
    paper = Paper(id=ArxivId("2501.12948"), title="R1", authors=("DeepSeek-AI", ":", "Daya Guo"))

    assert Citation.of(paper).authors == ("DeepSeek-AI", "Daya Guo")


@pytest.mark.parametrize(
    "name",
    ["Ludwig van der Berg", "John Smith, Jr.", "Qwen Team", "Jing Xiong", "李 明", "김 철수", "Wim Van Criekinge"],
)
@pytest.mark.parametrize("file", ["x.bib", "x.ris", "x.json"])
def test_our_own_reader_reads_a_name_as_it_was(file: str, name: str) -> None:
    written = {"x.bib": bibtex.entry, "x.ris": ris.record, "x.json": lambda one: csl.joined([csl.item(one)])}[file]
    cited = msgspec.structs.replace(DOPE, authors=(name,))

    (read,) = references.parse(file, written(cited).encode()) or ()

    assert read.authors == (name,)
