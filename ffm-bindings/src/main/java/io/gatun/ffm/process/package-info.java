/**
 * Processes: clone3(2), pidfds, signals, turns on the processor and mapped memory, and the code that runs between clone
 * and exec.
 */
package io.gatun.ffm.process;
