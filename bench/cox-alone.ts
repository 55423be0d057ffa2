// A process that generates patients with ten covariates and fits one Cox model: its peak memory is the fit's,
// its data included. survival.bench.ts starts it.
import { coxRegression } from "../src/stats/index.ts";
import { generatePatients } from "./generated-patients.ts";

const n = Number(process.env.PROBITY_BENCH_ROWS ?? 1_000_000);
const { time, event, covariates } = generatePatients({ n, nCovariates: 10, wholeDays: true });
const { outcome } = coxRegression({ time, event, covariates, ties: "efron" });
process.stdout.write(`${outcome}\n`);
