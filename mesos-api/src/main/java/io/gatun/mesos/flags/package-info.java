/** Values shared by the command lines of all roles: durations, and how a failed start is told. */
package io.gatun.mesos.flags;
