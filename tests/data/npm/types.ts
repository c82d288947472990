import { LinkError, link, inspect, type LinkOptions, type Problem, type Report } from "wasi-adapt";

const options: LinkOptions = { env: { A: "b" }, deny: ["network"], layers: [{ module: new Uint8Array(), pages: 3 }] };
const component: Uint8Array = link("(module)", options);
const report: Report = inspect(component);
const problems: Problem[] = report.problems;
const error: Error = new LinkError("");
// @ts-expect-error: there is no such world.
const wrong: LinkOptions = { world: "nothing" };
export { error, problems, wrong };
