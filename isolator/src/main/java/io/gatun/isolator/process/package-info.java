/** What every process has: signals, streams, a program to execute. */
package io.gatun.isolator.process;
