/** Microbenchmarks (JMH) and the command that runs them. Their states are small, so that a test can run each once. */
package io.gatun.bench.micro;
