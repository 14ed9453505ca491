"""Take pictures of every kind of page, and look for what no picture shows: faults of axe, overflow, errors, requests.

    AXE=…/axe.min.js python -m bench.look OUT [--pages home day] [--looks 320]

The site is that of bench/lighthouse.py, in Korean and English, served on loopback. Widths of 1440, 390 and 320 pixels,
light, dark and with text of twice the size. Needs Chromium, playwright and axe-core (`npm pack axe-core`).
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench import lighthouse

_NAMES = (
    "home",
    "day",
    "paper",
    "week",
    "month",
    "weeks",
    "topics",
    "topic",
    "archive",
    "trends",
    "search",
    "favourites",
    "about",
)
PAGES = {name: lighthouse.KINDS[name] for name in _NAMES}
LOOKS: dict[str, tuple[int, str, int, str]] = {
    "1440": (1440, "light", 100, "ko"), "1440-dark": (1440, "dark", 100, "ko"), "390": (390, "light", 100, "ko"),
    "390-dark": (390, "dark", 100, "ko"), "320": (320, "light", 100, "ko"), "390-200%": (390, "light", 200, "ko"),
    "1440-en": (1440, "light", 100, "en"), "390-en": (390, "light", 100, "en"),
}  # fmt: skip
"""Name → width in pixels, colours, size of text in percent, language."""
KEPT = """() => localStorage.setItem('stars', JSON.stringify({
  '2511.09146': {title: 'DoPE: Denoising Rotary Position Embedding', tldr: 'RoPE의 위치 신호에서 잡음을 지운다.',
                 at: '2025-11-18', note: '표 3을 다시 볼 것\\n코드 확인', read: '2025-11-19'},
  '2511.11062': {title: 'LiteAttention: A Temporal Sparse Attention for Diffusion Transformers',
                 tldr: '비디오 생성 시간을 줄인다.', at: '2025-11-17'}}))"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", nargs="*", default=list(PAGES), choices=PAGES)
    parser.add_argument("--looks", nargs="*", default=list(LOOKS), choices=LOOKS)
    chosen = parser.parse_args()
    axe = Path(os.environ["AXE"]).read_text("utf-8") if "AXE" in os.environ else ""
    chosen.out.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        for language in dict.fromkeys(LOOKS[look][3] for look in chosen.looks):
            looks = [look for look in chosen.looks if LOOKS[look][3] == language]
            with tempfile.TemporaryDirectory() as folder:
                lighthouse.archive(Path(folder), language)
                with lighthouse.served(Path(folder) / "_site") as url:
                    lighthouse.build(Path(folder), url, language)
                    for look in looks:
                        faults += _look(browser, url, look, chosen.pages, chosen.out, axe)
        browser.close()
    print("\n".join(faults) or "nothing found")
    sys.exit(bool(faults))


def _look(browser: Browser, url: str, look: str, pages: list[str], out: Path, axe: str) -> list[str]:
    width, scheme, percent, _ = LOOKS[look]
    seen: Any = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    context = browser.new_context(**seen, bypass_csp=True)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda asked: said.append(f"asks {asked.url}") if not asked.url.startswith(url) else None)
    page.goto(f"{url}/about/")
    page.evaluate(KEPT)
    found = []
    for name in pages:
        page.goto(f"{url}/{PAGES[name]}", wait_until="networkidle")
        if percent != 100:
            page.add_style_tag(content=f"html {{ font-size: {percent}%; }}")
        page.screenshot(path=out / f"{name}-{look}.png", full_page=True)
        found += [f"{name} {look}: {fault}" for fault in [*said, *_faults(page, axe)]]
        said.clear()
    context.close()
    return found


def _faults(page: Page, axe: str) -> list[str]:
    """Return what axe finds, and how far the page is wider than the window."""
    faults = []
    beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if beyond > 0:
        faults.append(f"{beyond} px wider than the window")
    if axe:
        page.add_script_tag(content=axe)
        result = page.evaluate("axe.run({resultTypes: ['violations']})")
        faults += [f"axe {one['id']}: {one['nodes'][0]['html'][:120]}" for one in result["violations"]]
    return faults


if __name__ == "__main__":
    main()
