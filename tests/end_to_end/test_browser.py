"""The demo's page in a real browser."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, Response, async_playwright, expect

from bot.demo.live import serve
from classifier.model import Model

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]


pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")


@asynccontextmanager
async def demo_page(model: Model, pace: float, until: str) -> AsyncIterator[Page]:
    """The demo's page, once the demo has said `until`."""
    said: list[str] = []
    demo = asyncio.create_task(serve(model, port=None, browser=False, say=said.append, pace=pace))
    try:
        async with asyncio.timeout(60):
            while not any(until in line for line in said):
                await asyncio.sleep(0.1)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = await browser.new_page(viewport={"width": 1200, "height": 900})
            await page.goto(said[0].split()[-1])
            yield page
            await browser.close()
    finally:
        demo.cancel()
        await asyncio.gather(demo, return_exceptions=True)


async def test_a_click_on_confirm_changes_the_card(model: Model) -> None:
    async with demo_page(model, pace=0.05, until="whole sample") as page:
        await expect(page.get_by_text("flagpost", exact=True).first).to_be_visible()
        confirm = page.get_by_role("button", name="Confirm")
        await expect(confirm.last).to_be_visible()
        before = await confirm.count()
        await confirm.last.click()
        await expect(page.get_by_text("Confirmed by").first).to_be_visible()
        await expect(confirm).to_have_count(before - 1)


async def test_no_click_is_refused_while_members_post(model: Model) -> None:
    refusals: list[str] = []

    async def look(response: Response) -> None:
        if response.request.method == "POST" and "control_key" in (response.request.post_data or ""):
            refusals.append("" if response.ok and not (await response.json())["rejected"] else await response.text())

    async with demo_page(model, pace=0.2, until="Dredger77") as page:
        page.on("response", look)
        first = page.get_by_role("button", name=re.compile("^(Claim|Release)$")).first
        for _ in range(12):
            before = await first.inner_text()
            await first.click()
            await expect(first).not_to_have_text(before)
    assert refusals == [""] * 12
