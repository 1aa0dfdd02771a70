/** JMH and side-by-side benchmarks. */
package io.gatun.bench;
