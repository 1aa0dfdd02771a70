/** Processes: clone3(2), pidfds, signals, and the code that runs between clone and exec. */
package io.gatun.ffm.process;
