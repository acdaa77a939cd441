/*
 * A file system that shows a directory as it is, but lacks one thing: odd-fs DIRECTORY MOUNTPOINT ODDITY
 *
 *   no-links            link(2) is refused with EPERM, as FAT does
 *   replacing-rename    a directory renamed onto a full one takes its place; what was there lies in DIRECTORY.replaced
 *   folding-case        'a' and 'A' are one name, kept as 'a'
 *   no-directory-sync=N fsync(2) of a directory is refused with the error number N
 *
 * Build: gcc odd-fs.c -o odd-fs $(pkg-config --cflags --libs fuse3)
 */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char *backing;
static int has_links = 1;
static int replaces = 0;
static int folds_case = 0;
static int directory_sync_error = 0;

/* The path below the backing directory; FUSE's paths begin with a slash. */
struct place {
  char path[PATH_MAX];
};

static struct place place_of(const char *path) {
  struct place place;
  if (snprintf(place.path, sizeof place.path, "%s%s", backing, path) >= (int)sizeof place.path) abort();
  for (char *letter = place.path + strlen(backing); folds_case && *letter != '\0'; letter++)
    *letter = (char)tolower((unsigned char)*letter);
  return place;
}

static int answer(int result) { return result == -1 ? -errno : 0; }

static void *odd_init(struct fuse_conn_info *connection, struct fuse_config *config) {
  (void)connection;
  config->use_ino = 1;
  config->nullpath_ok = 1;
  config->hard_remove = 1;
  return NULL;
}

static int odd_getattr(const char *path, struct stat *status, struct fuse_file_info *file) {
  return answer(file != NULL && path == NULL ? fstat((int)file->fh, status) : lstat(place_of(path).path, status));
}

static int odd_mkdir(const char *path, mode_t mode) { return answer(mkdir(place_of(path).path, mode)); }
static int odd_unlink(const char *path) { return answer(unlink(place_of(path).path)); }
static int odd_rmdir(const char *path) { return answer(rmdir(place_of(path).path)); }

static int odd_readlink(const char *path, char *target, size_t size) {
  ssize_t length = readlink(place_of(path).path, target, size - 1);
  if (length == -1) return -errno;
  target[length] = '\0';
  return 0;
}

static int odd_symlink(const char *target, const char *path) { return answer(symlink(target, place_of(path).path)); }

static int odd_link(const char *from, const char *to) {
  if (!has_links) return -EPERM;
  return answer(link(place_of(from).path, place_of(to).path));
}

/* Moves what stands in the way to a folder beside the backing directory. */
static int set_aside(const char *path) {
  static int count = 0;
  char aside[PATH_MAX];
  if (snprintf(aside, sizeof aside, "%s.replaced", backing) >= (int)sizeof aside) abort();
  if (mkdir(aside, 0755) == -1 && errno != EEXIST) return -1;
  if (snprintf(aside, sizeof aside, "%s.replaced/%d", backing, __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST)) >=
      (int)sizeof aside)
    abort();
  return rename(path, aside);
}

static int odd_rename(const char *from, const char *to, unsigned int flags) {
  if (flags != 0) return -EINVAL;
  struct place source = place_of(from), target = place_of(to);
  int result = rename(source.path, target.path);
  if (result == -1 && replaces && (errno == ENOTEMPTY || errno == EEXIST)) {
    if (set_aside(target.path) == -1) return -errno;
    result = rename(source.path, target.path);
  }
  return answer(result);
}

static int odd_chmod(const char *path, mode_t mode, struct fuse_file_info *file) {
  return answer(path == NULL ? fchmod((int)file->fh, mode) : chmod(place_of(path).path, mode));
}

static int odd_chown(const char *path, uid_t user, gid_t group, struct fuse_file_info *file) {
  return answer(path == NULL ? fchown((int)file->fh, user, group) : lchown(place_of(path).path, user, group));
}

static int odd_truncate(const char *path, off_t size, struct fuse_file_info *file) {
  return answer(path == NULL ? ftruncate((int)file->fh, size) : truncate(place_of(path).path, size));
}

static int odd_utimens(const char *path, const struct timespec times[2], struct fuse_file_info *file) {
  if (path == NULL) return answer(futimens((int)file->fh, times));
  return answer(utimensat(AT_FDCWD, place_of(path).path, times, AT_SYMLINK_NOFOLLOW));
}

static int odd_create(const char *path, mode_t mode, struct fuse_file_info *file) {
  int descriptor = open(place_of(path).path, file->flags, mode);
  if (descriptor == -1) return -errno;
  file->fh = (uint64_t)descriptor;
  return 0;
}

static int odd_open(const char *path, struct fuse_file_info *file) { return odd_create(path, 0, file); }

static int odd_read(const char *path, char *bytes, size_t size, off_t offset, struct fuse_file_info *file) {
  (void)path;
  ssize_t count = pread((int)file->fh, bytes, size, offset);
  return count == -1 ? -errno : (int)count;
}

static int odd_write(const char *path, const char *bytes, size_t size, off_t offset, struct fuse_file_info *file) {
  (void)path;
  ssize_t count = pwrite((int)file->fh, bytes, size, offset);
  return count == -1 ? -errno : (int)count;
}

static int odd_fsync(const char *path, int only_data, struct fuse_file_info *file) {
  (void)path;
  return answer(only_data ? fdatasync((int)file->fh) : fsync((int)file->fh));
}

static int odd_release(const char *path, struct fuse_file_info *file) {
  (void)path;
  return answer(close((int)file->fh));
}

static int odd_opendir(const char *path, struct fuse_file_info *file) {
  DIR *directory = opendir(place_of(path).path);
  if (directory == NULL) return -errno;
  file->fh = (uint64_t)(uintptr_t)directory;
  return 0;
}

static DIR *directory_of(struct fuse_file_info *file) { return (DIR *)(uintptr_t)file->fh; }

static int odd_readdir(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *file,
                       enum fuse_readdir_flags flags) {
  (void)path, (void)offset, (void)flags;
  DIR *directory = directory_of(file);
  rewinddir(directory);
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
    if (fill(buffer, entry->d_name, NULL, 0, 0) != 0) break;
  return 0;
}

static int odd_fsyncdir(const char *path, int only_data, struct fuse_file_info *file) {
  (void)path, (void)only_data;
  if (directory_sync_error != 0) return -directory_sync_error;
  return answer(fsync(dirfd(directory_of(file))));
}

static int odd_releasedir(const char *path, struct fuse_file_info *file) {
  (void)path;
  return answer(closedir(directory_of(file)));
}

static int odd_statfs(const char *path, struct statvfs *status) { return answer(statvfs(place_of(path).path, status)); }

static const struct fuse_operations operations = {
    .init = odd_init,
    .getattr = odd_getattr,
    .mkdir = odd_mkdir,
    .unlink = odd_unlink,
    .rmdir = odd_rmdir,
    .readlink = odd_readlink,
    .symlink = odd_symlink,
    .link = odd_link,
    .rename = odd_rename,
    .chmod = odd_chmod,
    .chown = odd_chown,
    .truncate = odd_truncate,
    .utimens = odd_utimens,
    .create = odd_create,
    .open = odd_open,
    .read = odd_read,
    .write = odd_write,
    .fsync = odd_fsync,
    .release = odd_release,
    .opendir = odd_opendir,
    .readdir = odd_readdir,
    .fsyncdir = odd_fsyncdir,
    .releasedir = odd_releasedir,
    .statfs = odd_statfs,
};

int main(int count, char **parameters) {
  static const char no_directory_sync[] = "no-directory-sync=";
  if (count != 4) return 2;
  backing = parameters[1];
  const char *oddity = parameters[3];
  if (strcmp(oddity, "no-links") == 0) has_links = 0;
  else if (strcmp(oddity, "replacing-rename") == 0) replaces = 1;
  else if (strcmp(oddity, "folding-case") == 0) folds_case = 1;
  else if (strncmp(oddity, no_directory_sync, strlen(no_directory_sync)) == 0)
    directory_sync_error = atoi(oddity + strlen(no_directory_sync));
  else return 2;
  umask(0);
  char *fuse_parameters[] = {parameters[0], "-f", "-o", "default_permissions", parameters[2], NULL};
  return fuse_main(5, fuse_parameters, &operations, NULL);
}
