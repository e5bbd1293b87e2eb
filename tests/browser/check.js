// Opens reports in Chromium and looks for what must not be. Run by check.sh.
"use strict";
const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const failures = [];
function fail(name, what) { failures.push(`${name}: ${what}`); }

/** A page that notes errors and requests. */
async function open(browser, file, name, options, headers) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("console", (m) => { if (["error", "warning"].includes(m.type())) { fail(name, `console: ${m.text()}`); } });
  page.on("pageerror", (e) => fail(name, `error: ${e.message}`));
  const url = "http://report.invalid/" + path.basename(file);
  await page.route("**/*", (route) => {
    if (route.request().url() === url) {
      return route.fulfill({ body: fs.readFileSync(file), contentType: "text/html; charset=utf-8", headers: headers || {} });
    }
    fail(name, `request: ${route.request().url()}`);
    return route.abort();
  });
  await page.goto(url);
  return { context, page };
}

/** What a reader sees, without what scripts add. */
const text = () => {
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll("script, style, .keys, #hover").forEach((e) => e.remove());
  return copy.textContent.replace(/\s+/g, " ").trim();
};

async function accessible(page, name) {
  // Not `addScriptTag`: the page's own policy forbids it, as it should.
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const v of result.violations.filter((v) => ["serious", "critical"].includes(v.impact))) {
    fail(name, `axe ${v.impact} ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")}`);
  }
  return result.violations.map((v) => `${v.impact} ${v.id}`);
}

async function check(browser, file) {
  const base = path.basename(path.dirname(file));
  const size = fs.statSync(file).size;
  if (size > 2e6) { fail(base, `${size} bytes, more than 2 MB`); }
  const shown = {};
  for (const scheme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      const name = `${base} ${scheme} ${width}`;
      const { context, page } = await open(browser, file, name, { colorScheme: scheme, viewport: { width, height: 900 } });
      const minor = await accessible(page, name);
      const found = await page.evaluate(() => {
        const across = document.documentElement.scrollWidth - document.documentElement.clientWidth;
        const drawn = Array.from(document.querySelectorAll("svg")).filter((s) => s.getBoundingClientRect().width > 0);
        const small = drawn.flatMap((s) => {
          const scale = s.viewBox.baseVal.width ? s.getBoundingClientRect().width / s.viewBox.baseVal.width : 1;
          return Array.from(s.querySelectorAll("text")).map((t) => parseFloat(getComputedStyle(t).fontSize) * scale);
        });
        // Texts that leave their drawing are cut off on paper.
        const out = drawn.flatMap((s) => {
          const frame = s.getBoundingClientRect();
          return Array.from(s.querySelectorAll("text")).filter((t) => {
            const r = t.getBoundingClientRect();
            return r.width > 0 && (r.left < frame.left - 6 || r.right > frame.right + 6);
          }).map((t) => t.textContent);
        });
        return { across, charts: drawn.length, smallest: Math.min(99, ...small), out };
      });
      if (found.across > 0) { fail(name, `the page is ${found.across} pixels too wide`); }
      if (found.charts === 0) { fail(name, "no chart is shown"); }
      if (found.smallest < 9) { fail(name, `a text of ${found.smallest.toFixed(1)} pixels cannot be read`); }
      if (found.out.length) { fail(name, `texts outside of their chart: ${found.out.slice(0, 4).join(" | ")}`); }
      shown[`${scheme} ${width}`] = await page.evaluate(text);
      if (scheme === "light" && width === 1280) {
        // What scripts add works.
        const sorted = await page.evaluate(() => {
          const button = document.querySelector("th button");
          if (!button) { return true; }
          button.click();
          return button.closest("th").hasAttribute("aria-sort");
        });
        if (!sorted) { fail(name, "tables are not sorted"); }
        const plot = await page.$("svg.wide[data-plot]");
        if (plot) {
          await plot.scrollIntoViewIfNeeded();
          const box = await plot.boundingBox();
          await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.4);
          if (!(await page.$("#hover"))) { fail(name, "pointing at a chart shows nothing"); }
        }
        const paper = await page.pdf({ format: "A4", printBackground: true });
        if (paper.length < 10000) { fail(name, `its PDF has ${paper.length} bytes`); }
        console.log(`${base}: ${size} bytes, ${found.charts} charts, PDF ${paper.length} bytes, minor findings: ${minor.join(", ") || "none"}`);
      }
      await context.close();
    }
  }
  // Scripts forbidden: the same text.
  const off = await open(browser, file, `${base} without scripts`, { javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
  const body = await off.page.locator("body").evaluate(text);
  if (body !== shown["light 1280"]) { fail(base, "without scripts it says something else"); }
  const visible = await off.page.locator("svg.wide").first().isVisible();
  if (!visible && (await off.page.locator("svg.wide").count()) > 0) { fail(base, "without scripts no chart is shown"); }
  await off.context.close();
  // As Jenkins serves it: neither scripts nor styles.
  const strict = "sandbox; default-src 'none'; img-src 'self'; style-src 'self';";
  const silent = failures.length;
  const bare = await open(browser, file, `${base} bare`, { viewport: { width: 1280, height: 900 } }, { "Content-Security-Policy": strict });
  failures.length = silent; // That the policy blocks things is said on the console, and meant.
  const forms = await bare.page.locator("svg.narrow").evaluateAll((all) => all.filter((s) => s.getBoundingClientRect().width > 0).length);
  if (forms > 0) { fail(base, "without styles every chart is shown twice"); }
  await bare.context.close();
}

(async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
  try {
    for (const file of process.argv.slice(2)) { await check(browser, path.resolve(file)); }
  } finally {
    await browser.close();
  }
  if (failures.length) {
    console.error(failures.join("\n"));
    process.exit(1);
  }
  console.log(`browser: ${process.argv.length - 2} reports are as they must be`);
})();
