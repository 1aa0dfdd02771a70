/** What the master must not forget, and the log that keeps it. */
package io.gatun.master.registry;
