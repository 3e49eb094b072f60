#!/usr/bin/perl
# A small OVH-like service on SOAP::Lite, the library that the real one stood
# on (vendor guide): soapd.pl PORT STATE-FOLDER SOAPI.TSV. It forks for each
# connection, because SOAP::Lite's own loop serves one connection at a time
# and an idle one keeps all others out.
use strict;
use warnings;
use utf8;

use Fcntl qw(:flock);
use IO::Handle;
use JSON::PP;
use SOAP::Transport::HTTP;
use Socket qw(IPPROTO_TCP TCP_NODELAY);

my ($port, $state, $table) = @ARGV;
my $xsi   = '{http://www.w3.org/2001/XMLSchema-instance}type';
my $xsd   = '{http://www.w3.org/2001/XMLSchema}';
my (%function, %type);

# --- what the functions take and give ---------------------------------------

open my $rows, '<', $table or die "$table: $!";
while (<$rows>) {
    chomp;
    my ($kind, $name, @rest) = split /\t/;
    next unless $kind eq 'function' || $kind eq 'type';
    my $pairs = [ map { [ split /:/ ] } split / /, ($rest[-1] // '') ];
    if ($kind eq 'type') { $type{$name} = $pairs }
    else                 { $function{$name} = { result => $rest[0], takes => $pairs } }
}

# --- faults -----------------------------------------------------------------

sub refuse {
    my ($code, $text) = @_;
    die SOAP::Fault->faultcode($code)->faultstring($text);
}

# --- state: a folder, so that the children share it -------------------------

sub path  { join '/', $state, map { s/([^\w.@-])/sprintf '%%%02x', ord $1/ger } @_ }
sub slurp { open my $f, '<:utf8', $_[0] or return; local $/; scalar <$f> }
sub spew  { my ($p, $text) = @_; open my $f, '>:utf8', $p or die "$p: $!"; print $f $text }
sub names { opendir my $d, $_[0] or return; sort grep { !/^\./ } readdir $d }

sub note {
    open my $log, '>>', "$state/calls.log" or die $!;
    print $log JSON::PP->new->ascii->canonical->encode(shift), "\n";
}

# session ends a call that has none, and takes one life of it.
sub session {
    my $file = path('session', $_[0] // '');
    my ($nic, $lives) = split / /, slurp($file) // refuse(301, 'Your session has expired');
    if (--$lives) { spew($file, "$nic $lives") }
    else          { unlink $file }
    return $nic;
}

sub login {
    my ($nic, $password, $language, $multisession) = @_;
    refuse(310, 'Invalid login or password') unless $password eq 'right';
    my $id = join '', map { chr(97 + rand 26) } 1 .. 24;
    mkdir path('session');
    spew(path('session', $id), "$nic " . ($nic =~ /^one-call/ ? 1 : 1e6));
    return $id;
}

sub logout { unlink(path('session', $_[0])) or refuse(302, 'This session does not exist'); return }

# The mailboxes of box.example; other domains have what answer makes up.
sub popAdd {
    my ($session, $domain, $pop, undef, $description, $nic) = @_;
    my $file = path("pop-$domain", $pop);
    mkdir path("pop-$domain");
    refuse(211, "L'adresse e-mail $pop\@$domain existe déjà") if -e $file;
    spew($file, $description // '');
    return;
}

sub popDel {
    my ($session, $domain, $pop) = @_;
    unlink path("pop-$domain", $pop) or refuse(210, "$pop\@$domain not found");
    return;
}

sub popList {
    my ($session, $domain) = @_;
    my @pops = map { { domain => $domain, name => $_, nic => undef, size => '5',
            description => slurp(path("pop-$domain", $_)) } } names(path("pop-$domain"));
    return \@pops;
}

# --- made-up answers: the first argument names the scenario -----------------

sub answer {
    my ($type, $name, $scenario) = @_;
    if ($type =~ s/\[\]$//) {
        my $one = answer($type, $name, $scenario);
        return [] if $scenario =~ /^none\./;
        return [$one] if $scenario =~ /^one\./;
        return [ $one, $one, $one ] if $scenario =~ /^twice\./;    # one value, referred to
        return [ map { answer($type, $name, $scenario) } 1 .. 3 ];
    }
    return { map { ($_->[0] => answer($_->[1], $_->[0], $scenario)) } @{ $type{$type} } } if $type{$type};
    return undef if $scenario =~ /^nil\./;
    return 7 if $type eq 'int';
    return 1.5 if $type eq 'float';
    return SOAP::Data->type(boolean => 'true') if $type eq 'boolean';
    return $scenario =~ /^digits\./ ? '0042' : "$name é";
}

# --- one call ---------------------------------------------------------------

# check compares the arguments with the table: SOAP::Lite itself is positional
# and takes anything.
sub check {
    my ($name, @data) = @_;
    my $takes = $function{$name}{takes};
    refuse(299, "$name takes " . @$takes . ' arguments, not ' . @data) if @data > @$takes;
    for my $i (0 .. $#data) {
        my ($want, $type) = @{ $takes->[$i] };
        my $got = $data[$i]->name;
        my $is  = $data[$i]->attr->{$xsi} // 'none';
        refuse(202, "$name: argument $i is called $got, not $want") unless $got eq $want;
        my $ok = $type =~ /\[\]$/ ? $is =~ /}Array$|}MyArrayOf/ : $is eq $xsd . $type;
        refuse(202, "$name: $want has the type $is, not $type") unless $ok || !defined $data[$i]->value;
    }
}

sub call {
    my ($name, $som) = @_;
    my @data = $som->dataof(SOAP::SOM::paramsin);
    my @args = $som->valueof(SOAP::SOM::paramsin);
    open my $lock, '>', "$state/lock" or die $!;
    flock $lock, LOCK_EX or die $!;

    check($name, @data);
    my $takes = $function{$name}{takes};
    session($args[0]) if @$takes && $takes->[0][0] eq 'session' && $name ne 'logout';
    note({ function => $name, arguments => [ map { { name => $data[$_]->name, value => $args[$_] } } 0 .. $#data ] });

    my $first    = (grep { $_->[0] eq 'session' } @$takes) ? 1 : 0;
    my $scenario = ref $args[$first] ? '' : $args[$first] // '';
    refuse($1, "Le domaine est indisponible: é") if $scenario =~ /^fault(\d+)\./;
    my $special = $name =~ /^log(in|out)$/ || $scenario =~ /^box\./ && $name =~ /^pop(Add|Del|List)$/;
    my @result = $special ? main->can($name)->(@args) : ();
    kill KILL => $$ if $scenario =~ /\bkill\./;    # the work is done, the answer is not
    my $result = $function{$name}{result};
    return if $result eq 'void';
    @result = answer($result, $name, $scenario) unless @result;
    return $scenario =~ /^named\./ ? SOAP::Data->name(return => @result) : @result;
}

{
    package Soapi;
    our @ISA = ('SOAP::Server::Parameters');
    $INC{'Soapi.pm'} = __FILE__;    # loaded, so that an unknown function is no missing class
    no strict 'refs';
    for my $name (keys %function) {
        *$name = sub { shift; main::call($name, pop) };
    }
}

# --- the server -------------------------------------------------------------

local $SIG{CHLD} = 'IGNORE';
my $daemon = SOAP::Transport::HTTP::Daemon->new(LocalAddr => '127.0.0.1', LocalPort => $port, ReuseAddr => 1, Listen => 64)
    or die "listen: $!";
$daemon->dispatch_with({ 'http://soapi.ovh.com/manager' => 'Soapi' });
$daemon->serializer->encoding('ISO-8859-1') if $ENV{SOAPD_LATIN1};

while (my $c = $daemon->accept) {
    if (fork) { $c->close; next }
    srand;
    setsockopt $c, IPPROTO_TCP, TCP_NODELAY, 1;    # header and body are two writes
    while (my $request = $c->get_request) {
        $daemon->request($request);
        $daemon->SOAP::Transport::HTTP::Server::handle;
        $c->send_response($daemon->response);
    }
    exit 0;
}
