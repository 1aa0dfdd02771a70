/** How long it takes to run a program in a container, from asking for it until nothing of it is left. */
package io.gatun.bench.launch;
