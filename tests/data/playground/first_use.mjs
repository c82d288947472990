// Opens the page, runs the first sample as soon as it is a component, and prints how it ended.
//
// usage: first_use.mjs BROWSER PAGE

import { pathToFileURL } from "node:url";

import { Browser } from "./browser.mjs";

const [program, page] = process.argv.slice(2);
const browser = new Browser(program);
const status = `document.getElementById("status").textContent`;

await browser.open(pathToFileURL(page).href);
await browser.until(`!document.getElementById("start").disabled`);
await browser.click("#start");
await browser.until(`${status}.startsWith("exit status")`);
console.log(await browser.get(status));
await browser.close();
process.exit();
