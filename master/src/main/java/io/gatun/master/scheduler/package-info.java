/** The v1 scheduler API over HTTP. */
package io.gatun.master.scheduler;
