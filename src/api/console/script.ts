/** Its script. Whatever comes from the API is put in as text, never as markup. */
export const SCRIPT = `const at = (id) => document.getElementById(id);
const say = (text) => { at('message').textContent = text; };

async function ask(path, options) {
  const answer = await fetch(path, options);
  const body = answer.status === 204 ? undefined : await answer.json();
  if (answer.ok) return body;
  throw Object.assign(new Error(body.detail + (body.hint ? ' (' + body.hint + ')' : '')), { status: answer.status });
}
const post = (path, body) =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

async function all(path) {
  const items = [];
  for (let cursor; ; ) {
    const page = await ask(path + (path.includes('?') ? '&' : '?') + 'limit=500' + (cursor ? '&cursor=' + cursor : ''));
    items.push(...page.items);
    cursor = page.cursor;
    if (!cursor) return items;
  }
}

function cell(tag, content) {
  const made = document.createElement(tag);
  made.append(...(Array.isArray(content) ? content : [content ?? '']));
  return made;
}

function table(heads, rows, none) {
  if (rows.length === 0) return cell('p', none);
  const made = document.createElement('table');
  const head = document.createElement('tr');
  for (const it of heads) { const th = cell('th', it); th.scope = 'col'; head.append(th); }
  made.append(cell('thead', head));
  const body = document.createElement('tbody');
  for (const row of rows) { const tr = document.createElement('tr'); tr.append(...row.map((it) => cell('td', it))); body.append(tr); }
  made.append(body);
  return made;
}

function button(text, action) {
  const made = cell('button', text);
  made.type = 'button';
  made.addEventListener('click', () => action().catch((error) => say(error.message)));
  return made;
}

function link(text, href) {
  const made = cell('a', text);
  made.href = href;
  return made;
}

const words = (text) => String(text).replaceAll('_', ' ');
const size = (bytes) => (bytes < 1e6 ? Math.ceil(bytes / 1e3) + ' kB' : (bytes / 1e6).toFixed(1) + ' MB');
let me;

async function showControls(id) {
  const controls = await all('/v1/assessments/' + id + '/controls');
  const rows = controls.map((it) => {
    const verdict = document.createElement('span');
    verdict.className = 'verdict';
    verdict.textContent = words(it.verdict);
    return [it.id, it.title, verdict, it.reasons.join(' ')];
  });
  at('controls').replaceChildren(table(['Control', 'Title', 'Verdict', 'Reasons'], rows, 'This framework has no controls.'));
  at('controls-title').textContent = 'Controls of ' + id;
  at('controls-section').hidden = false;
  at('controls-title').scrollIntoView();
}

async function showAssessments() {
  const found = await all('/v1/assessments');
  const mayAsk = me.roles.some((it) => it === 'compliance' || it === 'admin');
  const rows = found.map((it) => [
    it.framework.title + ' (' + it.framework.version + ')',
    it.period.from + ' to ' + it.period.to,
    it.scope.accounts.join(', '),
    it.versions.at(-1).at,
    [
      button('Controls', () => showControls(it.id)),
      ' ',
      ...(mayAsk ? [button('Make report', async () => { await post('/v1/reports', { assessment: it.id }); await showReports(); })] : []),
    ],
  ]);
  at('assessments').replaceChildren(
    table(['Framework', 'Period', 'Accounts', 'Assessed (UTC)', ''], rows, 'Nothing was assessed yet: witnessmark assess --framework soc2-2017'),
  );
}

async function showReports() {
  if (!me.roles.some((it) => it !== 'viewer')) return;
  const about = me.roles.includes('compliance') || me.roles.includes('admin') ? [''] : me.assessments.map((it) => '?assessment=' + it);
  const found = (await Promise.all(about.map((it) => all('/v1/reports' + it)))).flat();
  const rows = found.map((it) => [
    it.assessment,
    it.requestedAt,
    words(it.status) + (it.status === 'running' && it.stage ? ': ' + it.stage + (it.written ? ', ' + it.written + ' files' : '') : '') + (it.error ? ': ' + it.error.message : ''),
    (it.files ?? []).flatMap((file) => [link(file.name, '/v1/reports/' + it.id + '/files/' + file.name), ' (' + size(file.bytes) + ') ']),
  ]);
  at('reports').replaceChildren(table(['Assessment', 'Asked for (UTC)', 'State', 'Files'], rows.reverse(), 'No report was asked for here.'));
  if (found.some((it) => it.status === 'queued' || it.status === 'running')) setTimeout(() => showReports().catch((error) => say(error.message)), 2000);
}

async function showRuns() {
  const about = me.roles.some((it) => it !== 'auditor') ? [''] : me.assessments.map((it) => '?assessment=' + it);
  const found = (await Promise.all(about.map((it) => all('/v1/runs' + it)))).flat();
  const rows = found.map((it) => [
    it.startedAt,
    words(it.mode) + ' via ' + it.via,
    words(it.state),
    it.collected + ' of ' + it.expected + ' tasks',
    it.failedTasks > 0 ? button('What could not be collected', async () => say(await failures(it.id))) : '',
  ]);
  at('runs').replaceChildren(table(['Started (UTC)', 'Mode', 'State', 'Read whole', ''], rows.reverse(), 'Nothing was collected yet: witnessmark collect'));
}

async function failures(run) {
  const { failed } = await ask('/v1/runs/' + run);
  const lines = failed.flatMap((task) => task.failures.map((it) => task.account + '/' + task.region + ' ' + it.operation + ': ' + it.kind + ' ' + it.name));
  return lines.slice(0, 50).join(' · ') + (lines.length > 50 ? ' and ' + (lines.length - 50) + ' more' : '');
}

try {
  const token = location.hash.slice(1);
  if (token) {
    history.replaceState(null, '', '/');
    await post('/session', { token });
  }
  me = await ask('/v1/me');
  at('me').textContent = (me.person.name ?? me.person.subject) + ', ' + me.roles.join(', ');
  await Promise.all([showAssessments(), showReports(), showRuns()]);
  say('');
} catch (error) {
  say(error.status === 401 ? 'You are not signed in. Open the address that witnessmark serve printed.' : error.message);
}
`;
