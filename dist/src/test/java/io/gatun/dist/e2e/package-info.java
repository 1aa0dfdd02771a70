/**
 * The built distribution from outside: processes, HTTP, DNS, signals, and what they leave behind. Runs in phase
 * integration-test, when target/dist exists; mostly in the VM.
 */
package io.gatun.dist.e2e;
