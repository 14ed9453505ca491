"""MathJax itself, on pages of the real Jekyll: it sets each formula of a post, and takes nothing else for one."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from digest.adapters.templates import Templates
from digest.config import PostConfig
from digest.stages import render
from tests.site.conftest import BROWSER, make_edition, make_entry

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.jekyll,
    pytest.mark.skipif(shutil.which("jekyll") is None, reason="jekyll is not installed"),
]
LAYOUT = """<html><head><meta charset="utf-8"><script>
MathJax = {%s startup: {pageReady: () => MathJax.startup.defaultPageReady().then(() => { document.title = "set"; })}};
</script><script src="file://%s"></script></head><body>{{ content }}</body></html>"""
SINGLE = "tex: {inlineMath: [['$', '$'], ['\\\\(', '\\\\)']]},"
"""What docs/moving-in.md names for formulas that stay `$x$`."""
FORMULAS = (
    r"O(n \log n)", r"x_i^{2*}", r"a<b", r"\hat{y}_{t}", r"\alpha_{max}", r"\mathcal{L}_{\text{KL}}", r"10^{-3}",
    r"\frac{a}{b}", r"\sqrt{d_k}", r"p(x \mid y)", r"\mathbb{R}^{d \times d}", r"\sum_{i=1}^{n} x_i", r"R^2 = 0.91",
    r"x \rightarrow y", r"\ell_2", r"\theta'", r"\mathbf{W}_q^\top", r"\operatorname{softmax}(z)", r"f_\theta(x_t, t)",
    r"\leq 5\%", r"\{1, \dots, n\}", r"e^{i\pi} + 1 = 0", r"\epsilon > 0", r"2^{O(\sqrt{n})}",
)  # fmt: skip
PRICES = "요금은 $5이고, 두 번째는 $6이다. snake_case_name과 a*b*c는 그대로다."
PLAIN = "snake_case_name과 a*b*c는 그대로다."


@pytest.fixture
def mathjax() -> Path:
    found = Path(os.environ.get("MATHJAX", Path(__file__).parent.parent / "node_modules/mathjax/es5/tex-chtml.js"))
    if not found.is_file():
        pytest.skip(f"MathJax is not installed: {found}")
    return found


@pytest.fixture
def chromium() -> str:
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not Path(path).exists():
        pytest.skip(f"no Chromium at {path}")
    return path


@pytest.mark.parametrize(("maths", "config", "prose"), [("kramdown", "", PRICES), ("text", SINGLE, PLAIN)])
def test_each_formula_is_set_and_nothing_else(
    mathjax: Path, chromium: str, tmp_path: Path, maths: Any, config: str, prose: str
) -> None:
    text = "\n\n".join([*(f"값 ${formula}$을 쓴다." for formula in FORMULAS), prose])
    edition = make_edition("2025-11-03", make_entry(1, summary={"method": text, "results": f"- {prose}"}))
    for folder in ("_posts", "_layouts"):
        (tmp_path / folder).mkdir()
    post = render.of_edition(edition, Templates(), style=PostConfig(maths=maths))
    (tmp_path / "_posts" / "2025-11-03-daily-papers.md").write_text(post, "utf-8")
    (tmp_path / "_layouts" / "post.html").write_text(LAYOUT % (config, mathjax), "utf-8")
    (tmp_path / "_config.yml").write_text("title: Papers\npermalink: /:title.html\n", "utf-8")
    subprocess.run(["jekyll", "build", "--quiet"], cwd=tmp_path, check=True, timeout=120)

    with playwright.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=list(BROWSER))
        page = browser.new_page()
        page.goto((tmp_path / "_site" / "daily-papers.html").as_uri())
        page.wait_for_function("document.title == 'set'")
        formulas, faults = page.locator("mjx-container").count(), page.locator("mjx-merror").count()
        shown = page.inner_text("body")
        browser.close()

    assert (formulas, faults) == (len(FORMULAS), 0)
    assert shown.count(prose) == 2
