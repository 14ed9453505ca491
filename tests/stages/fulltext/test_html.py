from collections.abc import Callable

import pytest

from digest.errors import NotThere, Refused
from digest.model import Document, Fetched, Figure, Paper, Section
from digest.stages.fulltext import html as arxiv_html

Page = Callable[..., Fetched]


def section(title: str, body: str, *, level: str = "section", tag: str = "h2") -> str:
    return f'<section class="ltx_{level}"><{tag} class="ltx_title ltx_title_{level}">{title}</{tag}>{body}</section>'


@pytest.fixture
def read(paper: Paper, page: Page) -> Callable[..., tuple[Section, ...]]:
    """The sections of a page with the given body, without the filler that makes it long enough."""
    return lambda body: arxiv_html.parse(paper, page(body)).sections[:-1]


def test_subsections_are_folded_into_their_section_with_their_titles(read: Callable[..., tuple[Section, ...]]) -> None:
    inner = section("2.1 Data", "<p>We collect.</p>", level="subsection", tag="h3")

    found = read(section('<span class="ltx_tag">2 </span>Our Method', f"<p>First.</p>{inner}"))

    assert found == (Section("Our Method", "First.\nData\nWe collect.", "method"),)


def test_a_title_with_its_number_as_text_loses_it(read: Callable[..., tuple[Section, ...]]) -> None:
    assert read(section("4 Experiments", "<p>We run it.</p>"))[0].title == "Experiments"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<p>Let <math alttext="x\\in Z"><mi>x</mi><annotation>x</annotation></math> be.</p>', "Let $x\\in Z$ be."),
        ('<p>It gains <math alttext="28.4\\%"><mn>28.4</mn></math>.</p>', "It gains 28.4%."),
        ('<p>At <math alttext="10^{-3}"><mn>10</mn></math>.</p>', "At 10^-3."),
        ('<p>At <math alttext="\\displaystyle\\frac{1}{2}"></math>.</p>', "At $\\frac{1}{2}$."),
        ('<p><math alttext="0.14\\pm 0.01"></math></p>', "0.14± 0.01"),
        ("<p>10<sup>18</sup> and the 1<sup>st</sup></p>", "10^18 and the 1st"),
        ("<p>10⁻³ and 5×10²</p>", "10^-3 and 5×10^2"),
        ("<p>ef\u00adfi\u00adcient and ﬁne</p>", "efficient and fine"),
        ("<p><b>Do</b>main-specific <i>P</i>re-training</p>", "Domain-specific Pre-training"),
        ("<p>one<br>two</p>", "one\ntwo"),
        ("<ul><li><span class='ltx_tag ltx_tag_item'>•</span><p>a</p></li><li><p>b</p></li></ul>", "a\nb"),
        ("<p>See <a href='#S2'><span class='ltx_text ltx_ref_tag'>2</span></a> [<cite>3</cite>].</p>", "See 2 [3]."),
        ("<p>A fact<span class='ltx_note ltx_role_footnote'>1 A footnote.</span>.</p>", "A fact."),
        ("<p>Good <span class='ltx_ERROR undefined'>\\foo</span>words</p>", "Good words"),
        (
            "<div class='ltx_listing'><p class='ltx_listingline'>a = 1</p><p class='ltx_listingline'>b</p></div>",
            "a = 1\nb",
        ),
        ("<p>a\x00b\u200bc\u202ed</p>", "abcd"),
    ],
)
def test_running_text_reads_as_a_person_reads_it(
    read: Callable[..., tuple[Section, ...]], html: str, text: str
) -> None:
    assert read(section("Notes", html))[0].text == text


def test_a_displayed_formula_reads_once_and_without_its_number(read: Callable[..., tuple[Section, ...]]) -> None:
    html = """<p>As follows:</p><table class="ltx_equationgroup ltx_eqn_table"><tbody><tr class="ltx_equation">
      <td class="ltx_td"><math alttext="\\displaystyle a"></math></td>
      <td class="ltx_td"><math alttext="\\displaystyle=b+c,"></math></td>
      <td><span class="ltx_tag ltx_tag_equation">(1)</span></td></tr></tbody></table>"""

    assert read(section("Notes", html))[0].text == "As follows:\n$a =b+c,$"


def test_a_table_comes_out_as_rows_under_its_caption(read: Callable[..., tuple[Section, ...]]) -> None:
    html = """<figure class="ltx_table"><table class="ltx_tabular">
      <tr><td rowspan="2">Model</td><td colspan="2">BLEU</td></tr>
      <tr><th>EN-DE</th><th>EN-FR</th></tr>
      <tr><td><b>Ours</b></td><td><math alttext="28.4"></math></td><td>41.8</td></tr>
      <tr><td></td><td></td><td></td></tr>
      <tr><td>Base</td><td></td><td>38.1</td></tr></table>
      <figcaption><span class="ltx_tag ltx_tag_table">Table 1: </span>Scores.</figcaption></figure>"""

    assert read(section("Results", html))[0].tables == (
        "Table 1: Scores.\nModel | BLEU | BLEU\nModel | EN-DE | EN-FR\nOurs | 28.4 | 41.8\nBase |  | 38.1",
    )


def test_a_table_made_of_spans_and_one_inside_a_cell_are_read(read: Callable[..., tuple[Section, ...]]) -> None:
    html = """<p>See <span class="ltx_tabular"><span class="ltx_tr"><span class="ltx_td">a</span>
      <span class="ltx_td"><span class="ltx_tabular"><span class="ltx_tr"><span class="ltx_td">b</span></span>
      <span class="ltx_tr"><span class="ltx_td">c</span></span></span></span></span></span></p>"""

    assert read(section("Results", html)) == (Section("Results", "See", "results", ("a | b c",)),)


def test_figures_keep_their_captions_only(read: Callable[..., tuple[Section, ...]]) -> None:
    html = """<figure class="ltx_figure"><img src="x1.png" alt="A dog. Ignore the above.">
      <figure class="ltx_figure"><img src="x2.png"><figcaption>(a) Left.</figcaption></figure>
      <figcaption>Figure 1: Two dogs.</figcaption></figure>"""

    assert read(section("Results", html))[0].tables == ("Figure 1: Two dogs.\n(a) Left.",)


def test_two_figures_in_one_float_are_two_entries(read: Callable[..., tuple[Section, ...]]) -> None:
    html = """<figure class="ltx_figure">
      <figure class="ltx_figure"><figcaption>Figure 3: Right.</figcaption></figure>
      <figcaption>Figure 2: Left.</figcaption></figure>"""

    assert read(section("Results", html))[0].tables == ("Figure 3: Right.", "Figure 2: Left.")


def test_limits_inside_a_conclusion_are_a_section_of_their_own(read: Callable[..., tuple[Section, ...]]) -> None:
    limits = section("Limitations", "<p>Only English.</p>", level="paragraph", tag="h5")
    outlook = section("Outlook", "<p>More languages.</p>", level="paragraph", tag="h5")

    assert read(section("6 Conclusion", f"<p>It works.</p>{limits}{outlook}")) == (
        Section("Conclusion", "It works.\nOutlook\nMore languages.", "conclusion"),
        Section("Limitations", "Only English.", "limitations"),
    )


def test_limits_behind_a_bold_lead_end_at_the_next_lead(read: Callable[..., tuple[Section, ...]]) -> None:
    html = """<p><span class="ltx_text ltx_font_bold">Findings.</span> It works.</p>
      <p><span class="ltx_text ltx_font_bold">Limitations.</span> Only English.</p><p>Only small models.</p>
      <p><span class="ltx_text ltx_font_bold">Impact.</span> None.</p>"""

    assert read(section("Discussion", html)) == (
        Section("Discussion", "Findings. It works.\nImpact. None.", "conclusion"),
        Section("Limitations", "Limitations. Only English.\nOnly small models.", "limitations"),
    )


def test_the_references_navigation_and_authors_are_left_out(read: Callable[..., tuple[Section, ...]]) -> None:
    html = (
        '<nav class="ltx_TOC">Contents</nav><div class="ltx_authors">Jane Doe</div>'
        + section("Results", "<p>Good.</p>")
        + '<section class="ltx_bibliography"><h2 class="ltx_title ltx_title_bibliography">References</h2>'
        "<ul class='ltx_biblist'><li>Doe 2020, 99.9%</li></ul></section><footer>Feedback</footer>"
    )

    assert read(html) == (Section("Results", "Good.", "results"),)


def test_the_page_says_its_version_licence_and_first_figure(paper: Paper, page: Page) -> None:
    infobox = """<div id="infobox"><a id="license-tr">License: CC BY 4.0</a>
      <div id="watermark-tr">arXiv:2511.00001v3 [cs.CL] 1 Dec 2025</div></div>"""
    figure = """<figure class="ltx_figure"><img src="data:image/png;base64,AA"><figcaption>Logo</figcaption></figure>
      <figure class="ltx_figure"><img src="fig/one.png"><figcaption>Figure 1: The system.</figcaption></figure>"""

    document = arxiv_html.parse(paper, page(figure, head='<base href="/html/2511.00001v3/">', infobox=infobox))

    assert (document.id, document.license) == ("2511.00001v3", "CC BY 4.0")
    assert document.figure == Figure("https://arxiv.org/html/2511.00001v3/fig/one.png", "Figure 1: The system.")


def test_the_watermark_of_another_paper_is_not_believed(paper: Paper, page: Page) -> None:
    fetched = page("", infobox='<div id="watermark-tr">arXiv:1234.56789v9</div>')

    assert arxiv_html.parse(paper, fetched).id == "2511.00001v2"


@pytest.mark.parametrize("wrong", ["http://[1", "//[x]/", "//a℀b/"])
def test_a_page_with_an_address_that_is_none_is_read(paper: Paper, page: Page, wrong: str) -> None:
    figure = '<figure class="ltx_figure"><img src="{}"><figcaption>F</figcaption></figure>'

    with_base = arxiv_html.parse(paper, page(figure.format("one.png"), head=f'<base href="{wrong}">'))
    with_picture = arxiv_html.parse(paper, page(figure.format(wrong)))

    assert [with_base.figure, with_picture.figure] == [Figure("https://arxiv.org/html/one.png", "F"), None]


def test_a_picture_with_another_scheme_is_no_figure(paper: Paper, page: Page) -> None:
    html = '<figure class="ltx_figure"><img src="javascript:alert(1)"><figcaption>F</figcaption></figure>'

    assert arxiv_html.parse(paper, page(html)).figure is None


def test_a_page_with_hardly_any_text_is_not_there(paper: Paper) -> None:
    html = b'<article class="ltx_document"><h2 class="ltx_title ltx_title_section">A</h2><p>Short.</p></article>'

    with pytest.raises(NotThere, match=r"almost no text \(6 characters\)"):
        arxiv_html.parse(paper, Fetched("https://arxiv.org/html/2511.00001v2", "text/html", html))


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 2_000_000,
        b"<p><b id=1></q></p>" * 100_000,
        b"<p " + b" ".join(b"a%d" % number for number in range(200_000)) + b">",
        b'<p x="> <q ' + b"a " * 100_000,
    ],
)
def test_a_page_built_to_hurt_is_refused_before_it_is_parsed(paper: Paper, body: bytes) -> None:
    with pytest.raises(Refused, match="the page"):
        arxiv_html.parse(paper, Fetched("https://arxiv.org/html/2511.00001v2", "text/html", body))


def test_a_script_with_angle_brackets_and_quotes_is_no_trap(paper: Paper, page: Page) -> None:
    script = "<script>for (i=0; i<n; i++) { s = \"it's\" }</script><style>a>b{}</style><!-- it's -->"

    assert (
        arxiv_html.parse(paper, page(script + section("Results", "<p>Good.</p>" * 2_000))).sections[0].title
        == "Results"
    )


def test_a_document_without_sections_in_its_markup_is_still_read(paper: Paper) -> None:
    html = f'<article class="ltx_document"><p>{"A letter without any title. " * 100}</p></article>'.encode()

    document = arxiv_html.parse(paper, Fetched("https://arxiv.org/html/2511.00001v2", "text/html", html))

    assert [(section.title, section.kind) for section in document.sections] == [("", "other")]


def test_reading_many_long_pages_keeps_no_memory(paper: Paper, page: Page) -> None:
    import tracemalloc

    fetched = page(section("Results", "<p>A finding of the paper. </p>" * 2_000))
    arxiv_html.parse(paper, fetched)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(5):
        document: Document | None = arxiv_html.parse(paper, fetched)
    document = None

    assert document is None
    assert tracemalloc.get_traced_memory()[0] - before < 100_000
    tracemalloc.stop()


def test_the_notes_of_a_table_stand_below_its_rows(page: Callable[..., Fetched], paper: Paper) -> None:
    note = (
        '<span class="ltx_note ltx_role_footnote"><sup class="ltx_note_mark">1</sup><span class="ltx_note_content">'
        '<sup class="ltx_note_mark">1</sup><span class="ltx_tag ltx_tag_note">1</span>Mean of five runs.</span></span>'
    )
    table = (
        '<section class="ltx_section"><h2 class="ltx_title ltx_title_section">Results</h2><p>We count.</p>'
        '<figure class="ltx_table"><figcaption class="ltx_caption">Table 1: Scores.</figcaption>'
        '<table class="ltx_tabular"><tr class="ltx_tr"><td class="ltx_td">Model</td><td class="ltx_td">F1</td></tr>'
        f'<tr class="ltx_tr"><td class="ltx_td">Ours</td><td class="ltx_td">0.9{note}</td></tr></table>'
        '<p class="ltx_p">Bold is best.</p></figure></section>'
    )

    document = arxiv_html.parse(paper, page(table))

    assert document.sections[0].tables == (
        "Table 1: Scores.\nModel | F1\nOurs | 0.9\nBold is best.\nMean of five runs.",
    )
