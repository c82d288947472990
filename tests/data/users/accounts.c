// The accounts of the one user and its group.
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PRINT(call) printf(#call " = %d\n", (int)(call))

int main(void) {
    struct passwd *user = getpwuid(getuid());
    printf("%s %d %d %s %s %s\n", user->pw_name, (int)user->pw_uid, (int)user->pw_gid, user->pw_gecos, user->pw_dir,
           user->pw_shell);
    PRINT(user == getpwnam("root"));
    PRINT(getpwnam("nobody of this name") == NULL);
    PRINT(getpwuid(4321) == NULL);
    struct group *group = getgrgid(getgid());
    printf("%s %d, members: %s\n", group->gr_name, (int)group->gr_gid, group->gr_mem[0] ? group->gr_mem[0] : "none");
    PRINT(group == getgrnam("root"));
    PRINT(getgrgid(4321) == NULL);

    struct passwd own, *found;
    struct group own_group, *found_group;
    char text[64];
    PRINT(getpwuid_r(0, &own, text, sizeof text, &found));
    PRINT(found == &own && own.pw_dir == text && strcmp(own.pw_dir, user->pw_dir) == 0);
    PRINT(getpwnam_r("root", &own, text, 1, &found) == ERANGE);
    PRINT(found == NULL);
    PRINT(getpwnam_r("nobody of this name", &own, text, sizeof text, &found));
    PRINT(found == NULL);
    PRINT(getgrgid_r(0, &own_group, text, sizeof text, &found_group));
    PRINT(found_group == &own_group && strcmp(own_group.gr_name, "root") == 0);
    PRINT(getgrnam_r("nobody of this name", &own_group, text, sizeof text, &found_group));
    PRINT(found_group == NULL);
    setpwent();
    PRINT(getpwent() == user);
    PRINT(getpwent() == NULL);
    endpwent();
    PRINT(getpwent() == user);
    setgrent();
    PRINT(getgrent() == group);
    PRINT(getgrent() == NULL);
    endgrent();
    gid_t groups[1];
    int count = 0;
    PRINT(getgrouplist("root", 7, groups, &count));
    PRINT(getgrouplist("root", 7, groups, &count));
    PRINT(count == 1 && groups[0] == 7);
}
