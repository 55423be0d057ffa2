import fc from "fast-check";

// Every run of `npm test` draws the same examples, so that a change is judged by what it changes;
// test/more/properties.test.ts draws others each time.
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20261121) });
