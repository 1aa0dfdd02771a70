/** The replicated log for operators: its status and members over HTTP, and its metrics. */
package io.gatun.master.log.http;
