/** The page of `witnessmark serve`. Everything on it comes from the API, by its script. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Witnessmark</title>
<link rel="stylesheet" href="/console.css">
<script type="module" src="/console.js"></script>
</head>
<body>
<header><h1>Witnessmark</h1><p id="me"></p></header>
<main>
<p id="message" role="status" aria-live="polite">Loading …</p>
<section aria-labelledby="assessments-title"><h2 id="assessments-title">Assessments</h2><div id="assessments"></div></section>
<section aria-labelledby="controls-title" hidden id="controls-section"><h2 id="controls-title">Controls</h2><div id="controls"></div></section>
<section aria-labelledby="reports-title"><h2 id="reports-title">Reports</h2><div id="reports"></div></section>
<section aria-labelledby="runs-title"><h2 id="runs-title">Runs</h2><div id="runs"></div></section>
</main>
<noscript><p>This page needs JavaScript. The API under /v1 does not; /v1/openapi.json describes it.</p></noscript>
</body>
</html>
`;
