export { type AnalyseRunOptions, analyse, analyseRun } from './analyse.js';
export { playedPerSeed, usualSeeds, withBand } from './band.js';
export { type ComparisonFacts, compare } from './compare.js';
export { evaluate } from './expectations.js';
export { forecast, forecastWithSeries, type Prediction } from './forecast.js';
export { analysePlayed, analysePlayedWithSeries, type PlayInfo } from './played.js';
export { judge, type Unjudged } from './verdict.js';
