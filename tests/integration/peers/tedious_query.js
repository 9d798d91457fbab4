#!/usr/bin/env node
// tedious_query.js HOST PORT CA USER PASSWORD_FILE QUERY: rows as JSON, or {"error": NUMBER, "message": TEXT} and exit 1.
// TLS for the whole session, the certificate verified against CA and HOST.  With TEDIOUS_RPC=1 the query goes through
// sp_executesql, else as a batch.
'use strict';
const fs = require('fs');
const { Connection, Request } = require('tedious');

const [host, port, ca, userName, passwordFile, query] = process.argv.slice(2);
const password = fs.readFileSync(passwordFile, 'utf8').split('\n')[0];

const connection = new Connection({
  server: host,
  authentication: { type: 'default', options: { userName, password } },
  options: {
    port: Number(port),
    database: 'master',
    encrypt: true,
    trustServerCertificate: false,
    cryptoCredentialsDetails: { ca: fs.readFileSync(ca) },
    connectTimeout: 10000,
    requestTimeout: 10000,
    maxRetriesOnTransientErrors: 0,
    appName: 'tedious_query',
  },
});

// The server's number arrives beside the error that tedious makes of a refused login.
let serverNumber;
connection.on('errorMessage', (token) => { serverNumber = token.number; });

function fail(error) {
  const cause = error.cause || error;
  console.log(JSON.stringify({ error: serverNumber || cause.code || error.code, message: cause.message }));
  process.exitCode = 1;
  connection.close();
}

connection.on('error', fail);
connection.connect((error) => {
  if (error) {
    fail(error);
    return;
  }
  const rows = [];
  const request = new Request(query, (problem) => {
    if (problem) {
      fail(problem);
      return;
    }
    console.log(JSON.stringify(rows, (key, value) => (typeof value === 'bigint' ? value.toString() : value)));
    connection.close();
  });
  request.on('row', (columns) => rows.push(columns.map((column) => column.value)));
  if (process.env.TEDIOUS_RPC)
    connection.execSql(request);
  else
    connection.execSqlBatch(request);
});
