#!/usr/bin/env python3
"""Tests the page of `pacbench report` in headless Chromium: no console message, no request but for the page itself,
every figure within the viewport, no horizontal scrolling of the page, words of enough contrast, keys that open what is
folded; on a wide and a narrow screen, light and dark.

    report_browser_test.py PACBENCH [--mpirun "mpirun -np"] [--screenshots FOLDER] [unittest options]

Exit status 77 (skipped) where Chromium, its driver or Selenium (`scripts/setup --browser`) or h5py are missing.
"""
import base64
import json
import pathlib
import shutil
import sys
import tempfile
import unittest

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    from reports import RUNS, make_results, ranks_in, run_well
except ImportError as error:
    print(f"skipped: {error} (scripts/setup --browser; Debian: python3-h5py)")
    sys.exit(77)

from ranks import ARGUMENTS, main

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
VIEWS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]
HEIGHT = 900
MOST_PIXELS = 12000  # of a page, from its top, that a screenshot holds

# Elements with words of their own whose contrast to the ground behind them is below 4.5 (WCAG 2.2, 1.4.3), and marks of
# figures below 3 (1.4.11).
LOW_CONTRAST = """
const channels = colour => colour.match(/[\\d.]+/g).map(Number);
const luminance = colour => {
  const [r, g, b] = channels(colour).map(x => x / 255).map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = element => {
  for (let e = element; e; e = e.parentElement) {
    const colour = getComputedStyle(e).backgroundColor;
    if (channels(colour)[3] !== 0) return colour;
  }
  return "rgb(255, 255, 255)";
};
const contrast = (a, b) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};
const low = [];
for (const element of document.body.querySelectorAll("*")) {
  if (element.tagName === "title" || element.tagName === "desc") continue;
  const words = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  const mark = element.matches(".bar, .dot");
  if (!words && !mark) continue;
  const style = getComputedStyle(element);
  const colour = element.closest("svg") ? style.fill : style.color;
  const found = contrast(colour, ground(element));
  if (found < (words ? 4.5 : 3)) low.push(`${element.tagName} ${element.textContent.slice(0, 40)}: ${found}`);
}
return low;
"""

FIGURES = """
return [...document.querySelectorAll("figure svg")].map(svg => {
  const box = svg.getBoundingClientRect();
  const inner = [...svg.querySelectorAll("text")].map(e => e.getBoundingClientRect());
  return {title: svg.querySelector("title").textContent, left: box.left, right: box.right, width: box.width,
          height: box.height, marks: svg.querySelectorAll("path, rect, circle").length,
          cut: inner.filter(b => b.left < box.left - 1 || b.right > box.right + 1 || b.top < box.top - 1
                                 || b.bottom > box.bottom + 1).length};
});
"""


def installed(names):
    """The first program of these that is there; None where none is."""
    return next(filter(None, map(shutil.which, names)), None)


def start_browser(browser, driver):
    """Headless, with logs of the console and of the network."""
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(service=Service(driver), options=options)


class BrowserTest(unittest.TestCase):
    """One browser, and the pages of all results alone and together, for all tests."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        ranks = ranks_in(folder.name)
        results = make_results(ranks)
        for name in RUNS:
            run_well(ranks, 1, ["report", f"{name}.h5", "-o", f"{name}.html", "--quiet"])
        run_well(ranks, 1, ["report", *results, "-o", "all.html", "--quiet"])
        cls.browser = start_browser(installed(BROWSERS), installed(["chromedriver"]))
        cls.addClassCleanup(cls.browser.quit)

    def show(self, name, width, scheme):
        """Opens a page from disk; the requests that were made for it."""
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                     {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                     {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        for log in ("browser", "performance"):
            self.browser.get_log(log)
        self.address = (self.folder / f"{name}.html").as_uri()
        self.browser.get(self.address)
        events = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def test_pages(self):
        for name in (*RUNS, "all"):
            for width, scheme in VIEWS:
                with self.subTest(page=name, width=width, scheme=scheme):
                    self.check_page(name, width, scheme)
                    self.keep_screenshot(f"{name}-{width}-{scheme}")

    def check_page(self, name, width, scheme):
        """Shows the page; everything that must hold of it."""
        requests = self.show(name, width, scheme)
        self.assertEqual([url for url in requests if not url.startswith("data:")], [self.address])
        self.assertEqual(self.browser.get_log("browser"), [])
        figures = self.browser.execute_script(FIGURES)
        self.assertTrue(figures)
        for figure in figures:
            self.assertGreater(min(figure["width"], figure["height"]), 50, figure)
            self.assertGreaterEqual(figure["left"], 0, figure)
            self.assertLessEqual(figure["right"], width, figure)
            self.assertGreater(figure["marks"], 2, figure)
            self.assertEqual(figure["cut"], 0, figure)
        self.browser.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
        self.assertLessEqual(self.browser.execute_script("return document.documentElement.scrollWidth"), width)
        self.assertEqual(self.browser.execute_script(LOW_CONTRAST), [])

    def test_what_is_wrong_would_be_found(self):
        self.show("speed", 390, "light")
        self.browser.execute_script("""
            document.querySelector('figcaption').style.color = '#bbbbbb';
            document.querySelector('.dot').style.fill = '#dddddd';
            document.querySelector('svg text').setAttribute('x', '-30');
            document.querySelector('h1').style.width = '900px';
            console.error('seen');""")
        self.assertEqual(len(self.browser.execute_script(LOW_CONTRAST)), 2)
        self.assertEqual(sum(figure["cut"] for figure in self.browser.execute_script(FIGURES)), 1)
        self.assertGreater(self.browser.execute_script("return document.documentElement.scrollWidth"), 390)
        self.assertEqual(len(self.browser.get_log("browser")), 1)

    def keep_screenshot(self, name):
        """The whole page as --screenshots wants it, folded."""
        if not ARGUMENTS.screenshots:
            return
        self.browser.execute_script("for (const d of document.querySelectorAll('details')) d.open = false")
        size = self.browser.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], MOST_PIXELS), "scale": 1}
        picture = self.browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
        ARGUMENTS.screenshots.mkdir(parents=True, exist_ok=True)
        (ARGUMENTS.screenshots / f"{name}.png").write_bytes(base64.b64decode(picture["data"]))

    def test_keys_open_what_is_folded(self):
        self.show("map", 1280, "light")
        first = self.browser.find_element(By.CSS_SELECTOR, "details")
        self.browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
        focused = self.browser.switch_to.active_element
        self.assertEqual(focused.tag_name, "summary")
        focused.send_keys(Keys.ENTER)
        self.assertTrue(first.get_property("open"))
        self.assertTrue(first.find_element(By.TAG_NAME, "table").is_displayed())

    def test_contents_lead_to_the_sections(self):
        self.show("all", 390, "light")
        links = self.browser.find_elements(By.CSS_SELECTOR, "nav a")
        self.assertEqual(len(links), len(RUNS))
        links[-1].click()
        top = self.browser.execute_script("return document.querySelector(location.hash).getBoundingClientRect().top")
        self.assertLess(abs(top), HEIGHT)
        self.assertGreater(self.browser.execute_script("return scrollY"), HEIGHT)

    def test_letters_of_twice_the_size_fit(self):
        # WCAG 2.2, 1.4.4: still no horizontal scrolling.
        self.show("speed", 390, "light")
        self.browser.execute_script("document.documentElement.style.fontSize = '200%'")
        self.assertLessEqual(self.browser.execute_script("return document.documentElement.scrollWidth"), 390)


if __name__ == "__main__":
    for what, program in (("Chromium", installed(BROWSERS)), ("chromedriver", installed(["chromedriver"]))):
        if program is None:
            print(f"skipped: {what} is missing (scripts/setup --browser)")
            sys.exit(77)
    main(__doc__, lambda parser: parser.add_argument("--screenshots", type=pathlib.Path, metavar="FOLDER",
                                                     help="keeps a picture of every page and screen"))
