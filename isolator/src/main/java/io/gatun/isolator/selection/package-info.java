/** Which isolators an agent uses, and in which order: names to plans. */
package io.gatun.isolator.selection;
