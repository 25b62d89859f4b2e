/** Its looks: legible in light and dark, and in print. */
export const STYLE = `:root { color-scheme: light dark; font: 16px/1.45 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 75rem; padding: 0 1rem 3rem; }
header { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; justify-content: space-between; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #8886; }
td:last-child { overflow-wrap: anywhere; }
th { font-weight: 600; }
button, a { font: inherit; } button { padding: .2rem .6rem; }
:focus-visible { outline: 3px solid #47f; outline-offset: 2px; }
#message:empty { display: none; }
.verdict { white-space: nowrap; font-weight: 600; }
`;
