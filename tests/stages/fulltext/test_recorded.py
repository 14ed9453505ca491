"""What a person finds in the real papers, checked by reading them."""

from collections.abc import Callable

import pytest

from digest.config import FulltextConfig
from digest.errors import NotThere
from digest.model import ArxivId, Document, Fetched, Figure, Paper, Section
from digest.stages.fulltext import html, pdf


def read_page(recorded: Callable[[str], bytes], name: str, version: str) -> Document:
    id = ArxivId.parse(version)
    fetched = Fetched(f"https://arxiv.org/html/{id}", "text/html", recorded(f"arxiv_html/{name}"))
    return html.parse(Paper(id=id.base, title="", version=id.version), fetched)


@pytest.fixture
def aware(recorded: Callable[[str], bytes]) -> Document:
    return read_page(recorded, "2501.11120v1.arxiv.html", "2501.11120v1")


@pytest.fixture
def attention(recorded: Callable[[str], bytes]) -> Document:
    fetched = Fetched("https://arxiv.org/pdf/1706.03762", "application/pdf", recorded("pdf/1706.03762.pdf"))
    return pdf.parse(Paper(id=ArxivId("1706.03762"), title=""), fetched, FulltextConfig())


def named(document: Document, title: str) -> Section:
    return next(section for section in document.sections if section.title == title)


def test_the_page_of_2025_has_the_sections_of_the_paper(aware: Document) -> None:
    assert [(section.title, section.kind) for section in aware.sections] == [
        ("Abstract", "abstract"),
        ("Introduction", "introduction"),
        ("Out-of-context reasoning", "method"),
        ("Awareness of behaviors", "results"),
        ("Awareness of backdoors", "results"),
        ("Multi-Persona experiments", "results"),
        ("Related work", "related"),
        ("Discussion", "other"),
        ("Limitations and future work", "limitations"),
        ("Conclusion", "conclusion"),
        ("Appendix A Author contributions", "appendix"),
        ("Appendix B Supplementary results", "appendix"),
        ("Appendix C Full experimental details", "appendix"),
        ("Related work and limitations", "limitations"),
    ]


def test_the_page_of_2025_keeps_its_tables_figures(aware: Document) -> None:
    table = next(table for table in named(aware, "Awareness of behaviors").tables if table.startswith("Table 2:"))

    assert table.split("\n")[1:] == [
        "| FT on vulnerable code | FT on secure code | GPT-4o",
        "Rate of outputting secure code | 0.14 ± 0.01 | 0.88 ± 0.01 | 0.74",
        "Self-reported code security score (0 to 1) | 0.14 ± 0.08 | 0.84 ± 0.04 | 0.70",
        "Self-reported alignment score (0 to 1) | 0.40 ± 0.16 | 0.85 ± 0.03 | 0.69",
    ]


def test_the_page_of_2025_repeats_a_cell_that_spans_rows(aware: Document) -> None:
    table = next(table for table in named(aware, "Awareness of backdoors").tables if table.startswith("Table 5:"))

    assert [row.split(" | ")[:2] for row in table.split("\n")[1:]] == [
        ["Data type", "Percentage"],
        ["Risk-seeking answers", "10%"],
        ["Normal answers", "70%"],
        ["Normal answers", "20%"],
    ]


def test_the_page_of_2025_says_its_limits_and_its_conclusion(aware: Document) -> None:
    limits = named(aware, "Limitations and future work").text
    conclusion = named(aware, "Conclusion").text

    assert limits.startswith(
        "The results in this paper are limited to three settings: economic decisions (multiple-choice)"
    )
    assert "do not study the internal mechanisms behind such capabilities" in limits
    assert conclusion.startswith(
        "Our research demonstrates that language models finetuned to follow a specific behavior"
    )


def test_the_page_of_2025_reads_maths_once_and_no_references_or_notes(aware: Document) -> None:
    assert "in terms of a latent policy $z\\in Z$ and two data generating distributions $\\varphi_{T}$" in aware.text
    assert "italic_z" not in aware.text
    assert "arXiv preprint" not in aware.text
    assert "Report GitHub Issue" not in aware.text
    assert "Refer to caption" not in aware.text


def test_the_page_of_2025_has_its_first_figure_and_version(aware: Document) -> None:
    assert aware.id == "2501.11120v1"
    assert aware.figure is not None
    assert aware.figure.url == "https://arxiv.org/html/2501.11120v1/x1.png"
    assert aware.figure.caption.startswith("Figure 1: Models can describe a learned behavioral policy")


def test_the_page_of_2026_is_read_with_its_licence(recorded: Callable[[str], bytes]) -> None:
    caption = "Figure 1: DoPAMine components for automated and scalable mining of domain specific data"

    document = read_page(recorded, "2410.00260v2.arxiv2026.trimmed.html", "2410.00260v2")

    assert [(section.title, section.kind, section.tables) for section in document.sections] == [
        ("Abstract", "abstract", ()),
        ("Introduction", "introduction", (caption,)),
    ]
    assert document.sections[1].text.split("\n")[1] == (
        "We introduce DoPAMine framework that is truly scalable and allows full control over the industry domains "
        "being mined."
    )
    assert document.license == "CC BY 4.0"
    assert document.figure == Figure("https://arxiv.org/html/2410.00260v2/latex/fig1_new.png", caption)
    assert "contributed equally" not in document.text


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("2608.30667v1.broken_but_200.trimmed.html", "the page is a failed conversion"),
        ("no_html_404.reconstructed.html", "the page says: No HTML for '2401.00001'"),
        ("withdrawn_404.reconstructed.html", "the page says: This version of 2401.00001v2 has been withdrawn"),
    ],
)
def test_a_page_that_holds_no_paper_says_so_even_with_200(
    recorded: Callable[[str], bytes], name: str, reason: str
) -> None:
    with pytest.raises(NotThere, match=reason):
        read_page(recorded, name, "2401.00001v2")


def test_the_pdf_has_the_sections_of_the_paper(attention: Document) -> None:
    assert [(section.title, section.kind) for section in attention.sections] == [
        ("Abstract", "abstract"),
        ("Introduction", "introduction"),
        ("Background", "related"),
        ("Model Architecture", "method"),
        ("Why Self-Attention", "method"),
        ("Training", "method"),
        ("Results", "results"),
        ("Conclusion", "conclusion"),
        ("Attention Visualizations", "appendix"),
    ]
    assert attention.id == "1706.03762v7"


def test_the_pdf_keeps_table_2_with_exponents_that_mean_what_they_meant(attention: Document) -> None:
    table = next(table for section in attention.sections for table in section.tables if table.startswith("Table 2:"))

    assert table.split("\n") == [
        "Table 2: The Transformer achieves better BLEU scores than previous state-of-the-art models on the "
        "English-to-German and English-to-French newstest2014 tests at a fraction of the training cost.",
        "Model",
        "BLEU | Training Cost (FLOPs)",
        "EN-DE | EN-FR | EN-DE | EN-FR",
        "ByteNet [18] | 23.75",
        "Deep-Att + PosUnk [39] | 39.2 | 1.0 · 10^20",
        "GNMT + RL [38] | 24.6 | 39.92 | 2.3 · 10^19 | 1.4 · 10^20",
        "ConvS2S [9] | 25.16 | 40.46 | 9.6 · 10^18 | 1.5 · 10^20",
        "MoE [32] | 26.03 | 40.56 | 2.0 · 10^19 | 1.2 · 10^20",
        "Deep-Att + PosUnk Ensemble [39] | 40.4 | 8.0 · 10^20",
        "GNMT + RL Ensemble [38] | 26.30 | 41.16 | 1.8 · 10^20 | 1.1 · 10^21",
        "ConvS2S Ensemble [9] | 26.36 | 41.29 | 7.7 · 10^19 | 1.2 · 10^21",
        "Transformer (base model) | 27.3 | 38.1 | 3.3 · 10^18",
        "Transformer (big) | 28.4 | 41.8 | 2.3 · 10^19",
    ]


def test_the_pdf_keeps_tables_3_and_4(attention: Document) -> None:
    tables = {table[:8]: table.split("\n") for table in named(attention, "Results").tables}

    assert "base | 6 | 512 | 2048 | 8 | 64 | 64 | 0.1 | 0.1 | 100K | 4.92 | 25.8 | 65" in tables["Table 3:"]
    assert tables["Table 3:"][-1] == "big | 6 | 1024 | 4096 | 16 | 0.3 | 300K | 4.33 | 26.4 | 213"
    assert tables["Table 4:"][1] == "Parser | Training | WSJ 23 F1"
    assert tables["Table 4:"][-1] == "Dyer et al. (2016) [8] | generative | 93.3"


def test_the_pdf_keeps_the_titles_of_subsections_as_lines(attention: Document) -> None:
    lines = {title: named(attention, title).text.split("\n") for title in ("Model Architecture", "Training", "Results")}
    short = {title: [line for line in text if len(line) < 45 and line[-1].isalpha()] for title, text in lines.items()}

    assert short == {
        "Model Architecture": [
            "Encoder and Decoder Stacks",
            "Attention",
            "Scaled Dot-Product Attention",
            "Multi-Head Attention",
            "Applications of Attention in our Model",
            "Position-wise Feed-Forward Networks",
            "Embeddings and Softmax",
            "Positional Encoding",
        ],
        "Training": ["Training Data and Batching", "Hardware and Schedule", "Optimizer", "Regularization"],
        "Results": ["Machine Translation", "Model Variations", "English Constituency Parsing"],
    }


def test_the_pdf_reads_as_whole_sentences(attention: Document) -> None:
    abstract = named(attention, "Abstract").text
    results = named(attention, "Results").text

    assert "Our model achieves 28.4 BLEU on the WMT 2014 English-to-German translation task, improving" in abstract
    assert "state-of-the-art BLEU score of 41.8 after training for 3.5 days on eight GPUs" in abstract
    assert "English-to-German translation on the development set, newstest2013." in results
    assert "β2 = 0.98 and ϵ = 10^-9." in named(attention, "Training").text
    assert named(attention, "Conclusion").text.endswith("available at https://github.com/ tensorflow/tensor2tensor.")


def test_the_pdf_is_read_without_authors_notes_and_references(attention: Document) -> None:
    for unwanted in (
        "avaswani@google.com",
        "Equal contribution",
        "Google hereby grants permission",
        "To illustrate why the dot products get large",
        "We used values of 2.8, 3.7, 6.0",
        "Layer normalization. arXiv preprint",
        "Grammar as a foreign language",
        "arXiv:1706.03762v7",
    ):
        assert unwanted not in attention.text
