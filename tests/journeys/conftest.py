"""A real browser at the two widths that matter: a phone and a desk."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

AXE = next((Path(__file__).parents[1] / "vendor").glob("axe-core-*/axe.min.js"), None)
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--lang=zh-CN",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
WIDTHS = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desk": {"viewport": {"width": 1440, "height": 900}},
}


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM:
        pytest.skip("未安装 Chromium：浏览器测试跳过")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's loop runs in this thread
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """One person at one screen. Whatever the console complains about is kept."""

    def __init__(self, browser, address: str, width: str):
        self.address = address
        self.width = width
        self.context = browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", **WIDTHS[width]
        )
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("request", self._request)
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _console(self, message):
        # a refused form (4xx) is also reported as a failed resource, which it is not
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _request(self, request):
        inside = (self.address, "data:", "blob:")
        if not request.url.startswith(inside):
            self.complaints.append(f"{self.page.url}: left for {request.url}")

    def login(self, user, password: str):
        self.open("/login/")
        school = self.page.locator("select[name=school]")
        if school.count():
            school.select_option(label=user.school.name)
        self.page.fill("[name=number]", user.number)
        self.page.fill("[name=password]", password)
        self.page.click("form button[type=submit]")
        self.page.wait_for_url(lambda address: "/login/" not in address)
        return self

    def open(self, path: str):
        self.page.goto(self.address + path)
        return self

    def sees_page(self, path: str) -> bool:
        """Whether the address answers this person with a page; a file is none."""
        try:
            response = self.page.goto(self.address + path)
        except PlaywrightError as error:
            if "Download is starting" not in error.message:
                raise
            return False
        kind = response.headers.get("content-type", "") if response else ""
        return response is not None and response.status == 200 and kind.startswith("text/html")

    def keep(self, name: str) -> None:
        """A picture for people to look at, when `SCREENSHOTS` names a folder."""
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}-{self.width}.png", full_page=True)

    def serious(self) -> list[str]:
        """Serious and critical findings of axe-core on the page as it stands.

        Style sheets are not gathered: axe-core copies an imported one into an inline style, which
        our policy refuses, and the one rule that reads them is an experiment that is off.
        """
        self.page.evaluate(AXE.read_text())
        ask = "{resultTypes: ['violations'], preload: {assets: ['media']}}"
        found = self.page.evaluate(f"axe.run(document, {ask})")
        return [
            f"{self.page.url} {v['id']}: {v['nodes'][0]['html'][:160]}"
            for v in found["violations"]
            if v["impact"] in {"serious", "critical"}
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its screen, once it stands."""
        self.page.wait_for_load_state()
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )


@pytest.fixture
def visitor(chromium, live_server):
    """Make visitors; at the end none of them had a complaint."""
    made: list[Visitor] = []

    def make(width: str = "desk") -> Visitor:
        made.append(Visitor(chromium, live_server.url, width))
        return made[-1]

    yield make
    complaints = [line for one in made for line in one.complaints]
    for one in made:
        one.context.close()
    assert complaints == []
