"""The demo's page in a real browser."""

import asyncio
import shutil

import pytest
from playwright.async_api import async_playwright, expect

from bot.demo.live import serve
from classifier.model import Model

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]


@pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
async def test_a_click_on_confirm_changes_the_card(model: Model) -> None:
    said: list[str] = []
    demo = asyncio.create_task(serve(model, port=None, browser=False, say=said.append, pace=0.05))
    try:
        async with asyncio.timeout(60):
            while not any("whole sample" in line for line in said):
                await asyncio.sleep(0.1)
        address = said[0].split()[-1]
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = await browser.new_page(viewport={"width": 1200, "height": 900})
            await page.goto(address)
            confirm = page.get_by_role("button", name="Confirm")
            await expect(confirm.last).to_be_visible()
            before = await confirm.count()
            await confirm.last.click()
            await expect(page.get_by_text("Confirmed by").first).to_be_visible()
            await expect(confirm).to_have_count(before - 1)
            await browser.close()
    finally:
        demo.cancel()
        await asyncio.gather(demo, return_exceptions=True)
