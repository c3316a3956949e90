'use strict';

function element(name, text, ...children) {
  const made = document.createElement(name);
  if (text) {
    made.textContent = text; // never as markup
  }
  made.append(...children);
  return made;
}

function field(parent, name, input) {
  parent.append(element('label', '', name + ' ', input));
  return input;
}

function example(schema) {
  return JSON.stringify(Object.fromEntries(Object.keys(schema.properties || {}).map((name) => [name, ''])), null, 2);
}

async function send(verb, path, inputs, body, output) {
  let url = path;
  const query = new URLSearchParams();
  for (const [parameter, input] of inputs) {
    if (parameter.in === 'path') {
      url = url.replace('{' + parameter.name + '}', encodeURIComponent(input.value));
    } else if (input.value) {
      query.set(parameter.name, input.value);
    }
  }
  const token = document.getElementById('token').value.trim();
  const headers = {};
  if (token) {
    headers.Authorization = 'Bearer ' + token;
  }
  if (body && body.value.trim()) {
    headers['Content-Type'] = 'application/json';
  }
  output.textContent = '…';
  try {
    const answer = await fetch(url + (query.size ? '?' + query : ''), {
      method: verb.toUpperCase(), headers, body: headers['Content-Type'] ? body.value : undefined, credentials: 'same-origin',
    });
    const text = await answer.text();
    let shown = text;
    try {
      shown = JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      // not JSON
    }
    output.textContent = answer.status + ' ' + answer.statusText + '\n\n' + shown;
  } catch (failure) {
    output.textContent = String(failure);
  }
}

function operation(path, verb, described) {
  const details = element('details', '', element('summary', '', element('b', verb), ' ' + path + ' ',
    element('span', described.summary || '')));
  const inputs = (described.parameters || []).map((parameter) => [parameter,
    field(details, parameter.name, document.createElement('input'))]);
  const json = described.requestBody && described.requestBody.content['application/json'];
  let body = null;
  if (json) {
    body = document.createElement('textarea');
    body.rows = 6;
    body.value = example(json.schema);
    field(details, 'body', body);
  }
  const output = element('pre');
  const button = element('button', 'Send');
  button.addEventListener('click', () => send(verb, path, inputs, body, output));
  details.append(button, output);
  return details;
}

async function show() {
  const described = await (await fetch('/auth/openapi.json')).json();
  const list = document.getElementById('operations');
  for (const [path, verbs] of Object.entries(described.paths)) {
    for (const [verb, each] of Object.entries(verbs)) {
      list.append(operation(path, verb, each));
    }
  }
}

show();
