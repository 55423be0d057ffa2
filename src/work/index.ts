export { type Pool, pool } from "./pool.ts";
