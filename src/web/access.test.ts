import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hono } from 'hono';
import { access, reachability } from './access.ts';

const TOKEN = 'q3vJ0_token';

interface Case {
  readonly name: string;
  readonly listen?: string;
  readonly external?: string;
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly authorization?: string;
  readonly status: number;
}

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
const bearer = `Bearer ${TOKEN}`;
const far = '0.0.0.0:9464';

const cases: readonly Case[] = [
  { name: 'loopback reads need no token', status: 200 },
  { name: 'loopback reads by the name localhost', host: 'LocalHost:9464', status: 200 },
  { name: 'loopback reads over IPv6', listen: '[::1]:9464', host: '[::1]:9464', status: 200 },
  {
    name: 'loopback reads by another of its addresses',
    listen: '127.0.0.2:1',
    host: '127.0.0.2:1',
    status: 200,
  },
  { name: 'a name that was rebound to loopback is refused', host: 'evil.example:9464', status: 421 },
  { name: 'a name that begins like loopback is refused', host: '127.0.0.1.evil.example', status: 421 },
  { name: 'a missing Host is refused', host: '', status: 421 },
  {
    name: 'the name of external_url is answered',
    external: 'https://Watch.example/x',
    host: 'watch.example',
    status: 200,
  },
  {
    name: 'the token is enough by any name',
    host: 'octowatch.monitoring.svc',
    authorization: bearer,
    status: 200,
  },
  { name: 'HEAD is a read', method: 'HEAD', status: 200 },
  { name: 'a write without the token', method: 'POST', status: 401 },
  { name: 'a write with the token', method: 'POST', authorization: bearer, status: 200 },
  { name: 'the scheme is case-insensitive', method: 'POST', authorization: `bearer ${TOKEN}`, status: 200 },
  { name: 'a token without its scheme', method: 'POST', authorization: TOKEN, status: 401 },
  { name: 'another scheme', method: 'POST', authorization: `Basic ${TOKEN}`, status: 401 },
  { name: 'a token of the same length', method: 'POST', authorization: 'Bearer q3vJ0_tokem', status: 401 },
  { name: 'a beginning of the token', method: 'POST', authorization: 'Bearer q3vJ0', status: 401 },
  { name: 'more than the token', method: 'POST', authorization: `${bearer}x`, status: 401 },
  { name: 'an empty token', method: 'POST', authorization: 'Bearer ', status: 401 },
  { name: 'DELETE is a write', method: 'DELETE', status: 401 },
  { name: 'a query by POST is a read', method: 'POST', path: '/api/v1/query', status: 200 },
  { name: 'a range query by POST is a read', method: 'POST', path: '/api/v1/query_range', status: 200 },
  { name: 'series by POST is a read', method: 'POST', path: '/api/v1/series', status: 200 },
  { name: 'rules by POST is none', method: 'POST', path: '/api/v1/rules', status: 401 },
  {
    name: 'a query by POST and a foreign name',
    method: 'POST',
    path: '/api/v1/query',
    host: 'evil.example',
    status: 421,
  },
  { name: 'a write to an open path', method: 'POST', path: '/-/ready', status: 401 },
  { name: 'from afar the page needs the token', listen: far, path: '/', status: 401 },
  { name: 'from afar metrics need the token', listen: far, path: '/metrics', status: 401 },
  {
    name: 'from afar queries need the token',
    listen: far,
    method: 'POST',
    path: '/api/v1/query',
    status: 401,
  },
  { name: 'from afar a path that is none needs the token', listen: far, path: '/none', status: 401 },
  {
    name: 'from afar a browser asks for the token as a password',
    listen: far,
    path: '/incidents/1',
    authorization: basic(`jo:${TOKEN}`),
    host: '10.0.0.7:9464',
    status: 200,
  },
  {
    name: 'a wrong password',
    listen: far,
    path: '/incidents/1',
    authorization: basic('jo:wrong'),
    status: 401,
  },
  { name: 'the token as a name', listen: far, path: '/', authorization: basic(`${TOKEN}:`), status: 401 },
  {
    name: 'by a password nothing is written',
    method: 'POST',
    path: '/api/v2/alerts',
    authorization: basic(`jo:${TOKEN}`),
    status: 401,
  },
  {
    name: 'the form of a page asks for the token itself',
    method: 'POST',
    path: '/silences/new',
    status: 200,
  },
  {
    name: 'a form by a rebound name',
    method: 'POST',
    path: '/silences/new',
    host: 'evil.example',
    status: 421,
  },
  {
    name: 'from afar a form is for those who may read',
    listen: far,
    method: 'POST',
    path: '/incidents/1/acknowledge',
    status: 401,
  },
  {
    name: 'from afar a form with the password',
    listen: far,
    method: 'POST',
    path: '/incidents/1/acknowledge',
    authorization: basic(`jo:${TOKEN}`),
    status: 200,
  },
  {
    name: 'what only begins like a form',
    method: 'POST',
    path: '/silences/new/api',
    status: 401,
  },
  {
    name: 'from afar with the token',
    listen: far,
    path: '/metrics',
    authorization: bearer,
    host: '10.0.0.7:9464',
    status: 200,
  },
  {
    name: 'from afar it is healthy for everybody',
    listen: far,
    path: '/-/healthy',
    host: '10.0.0.7:9464',
    status: 200,
  },
  {
    name: 'from afar it is ready for everybody',
    listen: far,
    path: '/-/ready',
    host: 'any.example',
    status: 200,
  },
  { name: 'an address that begins like an open path', listen: far, path: '/-/ready/', status: 401 },
  {
    name: 'a host name that looks like loopback is afar',
    listen: '127.example:9464',
    path: '/',
    status: 401,
  },
];

for (const { name, listen = '127.0.0.1:9464', external, status, ...request } of cases) {
  test(name, async () => {
    const app = new Hono();
    app.use(access({ token: TOKEN, ...reachability({ listen, external_url: external }) }));
    app.all('*', (context) => context.text('answered'));
    const { method = 'GET', path = '/metrics', host = '127.0.0.1:9464', authorization } = request;
    const headers = { host, ...(authorization === undefined ? {} : { authorization }) };
    const response = await app.request(path, { method, headers });
    assert.equal(response.status, status);
    if (status === 401) assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer /);
    assert.doesNotMatch(await response.text(), new RegExp(TOKEN));
  });
}
