/** Profiles of system calls, in the format of Docker and OCI, compiled to filters for seccomp(2). */
package io.gatun.isolator.security.seccomp;
